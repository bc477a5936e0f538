// The page of the mesh, put together.
import { Buffer } from 'node:buffer'
import type { Clock } from '../base/clock.ts'
import { page_folder } from '../thread/worker_url.ts'
import { Answers } from './answers.ts'
import { connz_query } from './connz_report.ts'
import { Dashboard } from './dashboard.ts'
import type { ListOptions, MemberList } from './member_question.ts'
import { MeshGathering } from './mesh_gathering.ts'
import { make_page_files } from './page_files.ts'
import type { MonitorSource } from './reports.ts'
import { subsz_query } from './subsz_report.ts'
import type { SystemInbox } from './system_inbox.ts'
import { read_request } from './system_request.ts'

export interface MeshDeskContext {
  readonly clock: Clock
  readonly server_id: string
  readonly source: MonitorSource
  /** Null: there is no system account. */
  readonly inbox: SystemInbox | null
  /** Servers that this one has routes to. */
  peers(): number
}

export function make_dashboard({ clock, server_id, source, inbox, peers }: MeshDeskContext): Dashboard {
  const answers = new Answers(source)
  const own = { VARZ: () => answers.varz(), ROUTEZ: () => answers.routez('none'), MESHZ: () => answers.meshz() }
  return new Dashboard({
    gathering: new MeshGathering({ clock, server_id, inbox, own, peers }),
    files: make_page_files(page_folder()),
    ...{ server_id, inbox },
    own_list: (list, options) => own_list(answers, list, options),
    websocket_sources: async () => websocket_sources((await source.server()).websocket),
  })
}

/** The question is read as if another server had sent it, so both ways it means the same. */
function own_list(answers: Answers, list: MemberList, options: ListOptions): Promise<object> {
  const body = Buffer.from(`${JSON.stringify(options)}\r\n`)
  const { parameters } = read_request({ subject: `$SYS.REQ.SERVER.PING.${list}`, reply: '', header_size: 0, body })
  return list === 'CONNZ' ? answers.connz(connz_query(parameters)) : answers.subsz(subsz_query(parameters))
}

/** Where the page may open a WebSocket: any host, since only the browser knows by which name it came here, but one port. */
export function websocket_sources(
  websocket: { port: number; no_tls: boolean; advertise: string } | undefined,
): string[] {
  if (websocket === undefined) return []
  const advertised = /:(\d+)$/.exec(websocket.advertise)?.[1] ?? ''
  const ports = new Set([String(websocket.port), advertised].filter((port) => port !== ''))
  return [...ports].map((port) => `${websocket.no_tls ? 'ws' : 'wss'}://*:${port}`)
}
