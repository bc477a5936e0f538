// Whether the syslog can be reached, where the log goes to one: without it there is no start.
import type { Finding } from './finding.ts'
import { type Judged, top_place } from './judged.ts'

export async function check_syslog(judged: Judged): Promise<Finding[]> {
  const { options: { log_file, remote_syslog, syslog }, machine } = judged
  // The file comes first, then the one elsewhere.
  if (log_file !== '' || (remote_syslog === '' && !syslog)) return []
  const place = top_place(judged, remote_syslog === '' ? 'syslog' : 'remote_syslog')
  try {
    await machine.reach_syslog(remote_syslog)
    return []
  } catch (error) {
    const whose = remote_syslog === '' ? 'of this machine' : remote_syslog
    const what = `the syslog ${whose} can not be reached: ${error instanceof Error ? error.message : error}`
    return [{ severity: 'error', place, what, advice: 'start it, or let the log go elsewhere' }]
  }
}
