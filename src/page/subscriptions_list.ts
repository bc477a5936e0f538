// The subscriptions of one member's clients, as /subsz has them.
import { exact, short } from './numbers.ts'
import type { ListKind } from './paged_list.ts'
import type { Column } from './table.ts'

interface Subscription {
  account?: string
  subject?: string
  qgroup?: string
  sid?: string
  msgs?: number
  max?: number
  cid?: number
}

const text = (name: 'subject' | 'qgroup' | 'account' | 'sid', title: string): Column<Subscription> => ({
  ...{ name, title, text: (row) => row[name] ?? '', hint: (row) => row[name] ?? '' },
  order: { by: 'page', value: (row) => row[name] ?? null, first: 'ascending' },
})

const number = (name: 'msgs' | 'max' | 'cid', title: string, write = exact): Column<Subscription> => ({
  ...{ name, title, is_number: true, text: (row) => write(row[name]) },
  order: { by: 'page', value: (row) => row[name] ?? null, first: 'descending' },
})

const COLUMNS: readonly Column<Subscription>[] = [
  text('subject', 'Subject'),
  text('qgroup', 'Queue group'),
  text('account', 'Account'),
  { ...number('cid', 'Connection'), text: ({ cid }) => cid === 0 ? 'the server' : String(cid) },
  text('sid', 'Sid'),
  number('msgs', 'Messages', short),
  number('max', 'At most'),
]

/** To list them, a server goes through its whole index: that is done only when somebody asks. */
export const SUBSCRIPTIONS: ListKind<Subscription> = {
  name: 'subscriptions',
  label: 'Subscriptions',
  refresh_ms: null,
  controls: [
    { name: 'test', label: 'That get messages on', placeholder: 'any subject' },
    { name: 'acc', label: 'Account', placeholder: 'all' },
  ],
  columns: () => COLUMNS,
  key_of: ({ cid, sid, subject, account }) => `${account} ${cid} ${sid} ${subject}`,
  read(answer) {
    const { subscriptions, total = 0, offset = 0 } = answer as {
      subscriptions: Subscription[]
      total?: number
      offset?: number
    }
    return { rows: subscriptions, total, offset }
  },
}
