// How this server presents itself in events and answers of the system account (reference client.md 7.1).
import type { SharedLimits } from '../shared/counters.ts'
import type { Settings } from './settings.ts'

/** `server` of an event or answer made now; each has the next sequence number. */
export function server_object(settings: Settings, limits: SharedLimits, wall_ms: number): object {
  const { server_name, server_id, host, version, cluster } = settings.client_infos.clients
  const { tags = [], metadata = {} } = settings.system ?? {}
  return {
    name: server_name,
    host,
    id: server_id,
    ...(cluster !== undefined && { cluster }),
    ver: version,
    ...(tags.length > 0 && { tags }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
    jetstream: false,
    flags: 0,
    seq: limits.next_sequence(),
    time: new Date(wall_ms).toISOString(),
  }
}
