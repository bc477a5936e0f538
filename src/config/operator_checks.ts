// What operators say, against the rest of the file (reference client.md 5.7).
import { type Claims, flag, is_key, read_jwt, text } from '../auth/jwt.ts'
import { VERSION } from '../base/version.ts'
import { SYSTEM_ACCOUNT } from './auth_options.ts'
import { type Contradiction, contradiction } from './checks.ts'
import type { OperatorFacts } from './operator_options.ts'
import type { Options } from './options.ts'
import { quote } from './values.ts'

/** What does not go together, the first of it; null: all does. `has_accounts`: the file has some of its own. */
export function operator_contradiction(
  facts: OperatorFacts,
  has_accounts: boolean,
  options: Options,
): Contradiction | null {
  const { operators, trusted_keys, pinned_accounts, sentinel, resolver } = facts
  const of_sentinel = (text: string | null) => contradiction('default_sentinel', text)
  if (operators.length === 0) {
    return of_sentinel(sentinel === '' ? null : 'default sentinel requires operators and accounts')
  }
  const fault = of_sentinel(sentinel === '' ? null : sentinel_fault(sentinel))
  if (fault !== null) return fault
  if (operators.length > 1 && resolver === null) {
    return contradiction('operator', 'operators require an account resolver to be configured')
  }
  const directly = (keys: string, what: string) =>
    contradiction(keys, `operators do not allow ${what} to be configured directly`)
  if (has_accounts) return directly('accounts', 'Accounts')
  const { authorization, no_auth_user } = options
  if (authorization.users.length > 0) return directly('authorization', 'users')
  if (trusted_keys.length > 0) {
    return contradiction('trusted_keys', "conflicting options for 'TrustedKeys' and 'TrustedOperators'")
  }
  const pinned = pinned_accounts.find((key) => !is_key(key, 'A'))
  const of_pinned = `pinned account key ${quote(pinned ?? '')} is not a valid public account nkey`
  return contradiction('system_account', system_account_fault(facts, options)) ??
    contradiction('operator', operators.map(version_fault).find((each) => each !== null) ?? null) ??
    (pinned === undefined ? null : contradiction('resolver_pinned_accounts', of_pinned)) ??
    (authorization.callout && directly('authorization auth_callout', 'authorization callouts')) ??
    (no_auth_user === '' ? null : contradiction('no_auth_user', 'no_auth_user not compatible with Trusted Operator'))
}

/** Who comes with nothing has to be somebody without a signature, by the token itself or by the scope of its signing key. */
function sentinel_fault(token: string): string | null {
  const claims = read_jwt(token)
  if (claims?.type !== 'user') return 'default sentinel JWT not valid'
  const { bearer_token, issuer_account, pub, sub, subs } = claims.nats
  const is_scoped = text(issuer_account) !== '' && pub === undefined && sub === undefined && subs === undefined
  return flag(bearer_token) || is_scoped ? null : 'default sentinel must be a bearer token'
}

function system_account_fault({ operators, resolver }: OperatorFacts, { system_account }: Options): string | null {
  const named = operators.map(({ nats }) => text(nats.system_account)).filter((key) => key !== '')
  if (system_account !== SYSTEM_ACCOUNT) {
    const is_theirs = named.length === 0 || named.includes(system_account)
    return is_theirs ? null : 'system_account in config and operator JWT must be identical'
  }
  if (named.length > 0 || (resolver !== 'full' && resolver !== 'cache')) return null
  const needed = 'the system account needs to be specified in configuration or the operator jwt'
  return `using nats based account resolver - ${needed}`
}

const PARTS = ['major', 'minor', 'update']

/** An operator may ask for a server that is new enough. */
function version_fault({ subject, nats }: Claims): string | null {
  const wanted = text(nats.assert_server_version)
  if (wanted === '') return null
  const parts = wanted.split('.')
  if (parts.length !== PARTS.length || parts.some((part) => !/^\d+$/.test(part))) {
    const reason = 'asserted server version must be of the form <major>.<minor>.<update>'
    return `operator ${subject} expects version ${wanted} got error instead: ${reason}`
  }
  const own = VERSION.split('.').map(Number)
  const at = parts.findIndex((part, i) => Number(part) !== own[i])
  if (at < 0 || Number(parts[at]) < own[at]) return null
  const what = `${PARTS[at]} version`
  return `operator ${subject} expected ${what} ${parts[at]} > server ${what} ${own[at]}`
}
