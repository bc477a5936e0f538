// Bounds that are too much for the machine, or for a message broker.
import { LARGE_PAYLOAD_BYTES } from '../monitor/banner.ts'
import type { Finding } from './finding.ts'
import { type Judged, top_place } from './judged.ts'
import { open_files_shortage } from './open_files.ts'

export function check_limits(judged: Judged): Finding[] {
  const { options: { max_connections, max_payload }, machine } = judged
  const found: Finding[] = []
  const files = open_files_shortage(machine.open_files_limit, max_connections)
  if (files !== null) {
    const place = top_place(judged, 'max_connections')
    const severity = files.level === 'WRN' ? 'warning' : 'note'
    found.push({ severity, place, what: files.text, advice: 'raise the limit, or lower max_connections' })
  }
  if (max_connections <= 0) {
    const place = top_place(judged, 'max_connections')
    found.push({
      severity: 'warning',
      place,
      what: 'every client is refused',
      advice: 'say how many may connect at once',
    })
  }
  if (max_payload > LARGE_PAYLOAD_BYTES) {
    const place = top_place(judged, 'max_payload')
    const what = 'messages above 8 MiB hold up all others of their connection'
    found.push({ severity: 'warning', place, what, advice: 'let clients send large things in parts' })
  }
  return found
}
