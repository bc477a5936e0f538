// The connections of one member, open or ended, as /connz has them.
import { exact, short, size, time_of_day } from './numbers.ts'
import type { ListKind } from './paged_list.ts'
import type { Column } from './table.ts'
import type { Direction } from './table_order.ts'

/** As another server may leave out what it has not. */
interface Connection {
  cid?: number
  type?: string
  ip?: string
  port?: number
  start?: string
  stop?: string
  reason?: string
  rtt?: string
  uptime?: string
  idle?: string
  pending_bytes?: number
  in_msgs?: number
  out_msgs?: number
  in_bytes?: number
  out_bytes?: number
  stalls?: number
  subscriptions?: number
  name?: string
  lang?: string
  version?: string
  account?: string
}

const REFRESH_MS = 2_000
const GLOBAL_ACCOUNT = '$G'

const order = (name: string, direction: Direction = 'descending') => ({ by: 'server', name, direction }) as const

const number = (
  ...[name, title, sort, text]: [string, string, string, (connection: Connection) => string]
): Column<Connection> => ({ name, title, text, is_number: true, order: order(sort) })

const FIRST: readonly Column<Connection>[] = [
  {
    name: 'cid',
    title: 'Id',
    text: ({ cid }) => String(cid),
    order: order('cid', 'ascending'),
    is_number: true,
  },
  { name: 'name', title: 'Name', text: ({ name = '' }) => name, hint: ({ name = '' }) => name },
  {
    name: 'client',
    title: 'Client',
    text: ({ lang = '', version = '', type }) => `${lang} ${version}${type === 'websocket' ? ' (ws)' : ''}`.trim(),
  },
  { name: 'address', title: 'Address', text: ({ ip, port }) => `${ip}:${port}` },
  { name: 'account', title: 'Account', text: ({ account }) => account ?? GLOBAL_ACCOUNT },
]

const FIGURES: readonly Column<Connection>[] = [
  number('subs', 'Subs', 'subs', ({ subscriptions }) => exact(subscriptions)),
  {
    ...number('pending', 'Pending', 'pending', ({ pending_bytes }) => size(pending_bytes)),
    is_bad: ({ pending_bytes = 0 }) => pending_bytes > 1024 * 1024,
  },
  number('in_msgs', 'Msgs in', 'msgs_from', ({ in_msgs }) => short(in_msgs)),
  number('out_msgs', 'Msgs out', 'msgs_to', ({ out_msgs }) => short(out_msgs)),
  number('in_bytes', 'Bytes in', 'bytes_from', ({ in_bytes }) => size(in_bytes)),
  number('out_bytes', 'Bytes out', 'bytes_to', ({ out_bytes }) => size(out_bytes)),
  {
    name: 'rtt',
    title: 'Round trip',
    text: ({ rtt }) => (rtt === '0s' ? undefined : rtt) ?? '\u2013',
    is_number: true,
  },
  number('idle', 'Idle', 'idle', ({ idle }) => idle ?? '\u2013'),
  { ...number('uptime', 'Up', 'uptime', ({ uptime }) => uptime ?? '\u2013'), order: order('uptime', 'ascending') },
]

/** When and why they ended; only a list of such alone can be put in order by that. */
const end_columns = (is_ordered: boolean): readonly Column<Connection>[] => [
  {
    name: 'stop',
    title: 'Ended',
    text: ({ stop }) => stop === undefined ? '' : time_of_day(Date.parse(stop)),
    hint: ({ stop = '' }) => stop,
    ...(is_ordered && { order: order('stop') }),
  },
  {
    name: 'reason',
    title: 'Why',
    text: ({ reason = '' }) => reason,
    is_bad: ({ reason = '' }) => reason.startsWith('Slow Consumer'),
    ...(is_ordered && { order: order('reason', 'ascending') }),
  },
]

export const CONNECTIONS: ListKind<Connection> = {
  name: 'connections',
  label: 'Connections',
  refresh_ms: REFRESH_MS,
  controls: [
    { name: 'state', label: 'Which are', choices: [['open', 'open'], ['closed', 'ended'], ['all', 'open or ended']] },
    { name: 'acc', label: 'Account', placeholder: 'all' },
  ],
  columns({ state }) {
    return state === 'open' ? [...FIRST, ...FIGURES] : [...FIRST, ...end_columns(state === 'closed'), ...FIGURES]
  },
  key_of: ({ cid, start }) => `${cid} ${start}`,
  read(answer) {
    const { connections, total = 0, offset = 0 } = answer as {
      connections: Connection[]
      total?: number
      offset?: number
    }
    return { rows: connections, total, offset }
  },
}
