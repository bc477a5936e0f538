// What leafnodes { } has to go together with, as nats-server checks it.
import { is_key } from '../auth/jwt.ts'
import { compression_fault } from './compression_options.ts'
import { quote } from './values.ts'

export interface RemoteFacts {
  urls: string[]
  account: string
  credentials: string
  nkey: string
  has_tls: boolean
  /** Empty: not said. */
  compression: string
}

export interface LeafnodeFacts {
  port: number
  account: string
  users: { user: string; account: string }[]
  remotes: RemoteFacts[]
  compression: string
}

export const default_leafnodes = (): LeafnodeFacts => ({
  port: 0,
  account: '',
  users: [],
  remotes: [],
  compression: '',
})

/** Null: the users are alone, and each is there once. */
export function users_fault(
  users: LeafnodeFacts['users'],
  { user, nkey }: { user: string; nkey: string },
): string | null {
  if (users.length === 0) return null
  if (user !== '') return 'can not have a single user/pass and a users array'
  if (nkey !== '') return 'can not have a single nkey and a users array'
  const twice = users.find((each, i) => users.findIndex((other) => other.user === each.user) < i)
  return twice === undefined ? null : `duplicate user ${quote(twice.user)} detected in leafnode authorization`
}

const without_password = (url: string) => url.replace(/(:\/\/[^/@:]*):[^/@]*@/, '$1:xxxxx@')
const listed = (urls: readonly string[]) => `[${urls.map((url) => quote(without_password(url.trim()))).join(' ')}]`

/** Two remotes of one name are one too many. */
export function remote_name({ urls, account, credentials, nkey }: RemoteFacts): string {
  const secret = credentials !== '' ? `, credentials=${quote(credentials)}` : nkey !== '' ? ', nkey="[REDACTED]"' : ''
  return `urls=${listed(urls)}, account=${quote(account === '' ? '$G' : account)}${secret}`
}

/** What else the server has. */
export interface LeafnodeSurroundings {
  readonly has_operator: boolean
  /** Names of all accounts, those that are made without being named too. */
  readonly accounts: readonly string[]
  readonly has_gateway: boolean
  /** The file names one. */
  readonly has_system_account: boolean
}

/** The first thing that does not go together, in nats-server's words; null: all does. */
export function leafnode_contradiction(facts: LeafnodeFacts, around: LeafnodeSurroundings): string | null {
  const { port, remotes, compression } = facts
  const fault = around.has_operator ? operator_fault(facts) : account_fault(facts, around.accounts)
  if (fault !== null) return fault
  for (const mode of [compression, ...remotes.map((remote) => remote.compression)]) {
    const mode_fault = compression_fault(mode)
    if (mode_fault !== null) return mode_fault
  }
  const mixed = remotes.find(({ urls }) => urls.some(is_websocket) && !urls.every(is_websocket))
  if (mixed !== undefined) {
    const what = 'remote leaf node configuration cannot have a mix of websocket and non-websocket urls'
    return `${what}: ${listed(mixed.urls)}`
  }
  if (port === 0 || !around.has_gateway || around.has_system_account) return null
  return 'leaf nodes and gateways (both being defined) require a system account to also be configured'
}

const is_websocket = (url: string) => /^wss?:/i.test(url.trim())

function account_fault({ account, users, remotes }: LeafnodeFacts, accounts: readonly string[]): string | null {
  const missing = (name: string) => name !== '' && !accounts.includes(name)
  const fault = (name: string, where: string) =>
    `cannot find local account ${quote(name)} specified in leafnode ${where}`
  const stranger = [account, ...users.map((user) => user.account)].find(missing)
  if (stranger !== undefined) return fault(stranger, 'authorization')
  const remote = remotes.map((each) => each.account).find(missing)
  return remote === undefined ? null : fault(remote, 'remote')
}

function operator_fault({ port, account, users, remotes }: LeafnodeFacts): string | null {
  if (users.length > 0) return 'operator mode does not allow specifying users in leafnode config'
  if (remotes.some((remote) => !is_key(remote.account, 'A'))) {
    return 'operator mode requires account nkeys in remotes. Please add an `account` key to each remote in your ' +
      '`leafnodes` section, to assign it to an account. Each account value should be a 56 character public key, ' +
      "starting with the letter 'A'"
  }
  return port !== 0 && account !== '' && !is_key(account, 'A')
    ? 'operator mode and non account nkeys are incompatible'
    : null
}
