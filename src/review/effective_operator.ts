// Who signs accounts and users, as settings. What the file says of it is shown as it stands there: the options have only what
// is in the tokens.
import type { OperatorOptions } from '../config/operator_options.ts'
import type { ResolverOptions } from '../config/resolver_options.ts'
import { all_entries, entries_under, items_of, type Place, place_in, type Placed, type Sources } from './place.ts'
import { type Item, map, masked_url, one, row, secret, type Setting } from './setting.ts'
import { duration_value } from './written.ts'

const OPERATOR = 'operator operators root roots root_operator root_operators'

/** Nothing without an operator. */
export function operator_settings(operator: OperatorOptions | null, { file }: Sources): Setting[] {
  if (operator === null) return []
  const said = (names: string) => entries_under(file, names)
  const operators = items_of(said(OPERATOR)), trusted = said('trusted trusted_keys').slice(-1)
  const preload = said('resolver_preload')
  const resolver = said('resolver account_resolver accounts_resolver').slice(-1)
  const pinned = place_in(said('resolver_pinned_accounts'))
  const { default_sentinel: sentinel } = operator
  return [
    ...(operators.length === 0 ? [] : [list('operator', operators, place_in(operators))]),
    ...(trusted.length === 0 ? [] : [list('trusted_keys', items_of(trusted), place_in(trusted))]),
    resolver_setting(operator.resolver, resolver),
    ...(preload.length === 0 ? [] : [map('resolver_preload', tokens_of(preload), place_in(preload))]),
    row('resolver_pinned_accounts', operator.pinned_accounts, pinned),
    ...(sentinel === '' ? [] : [secret('default_sentinel', sentinel, place_in(said('default_sentinel')))]),
  ]
}

function list(key: string, placed: readonly Placed[], place: Place): Setting {
  const items: Item[] = placed.map((each) => ({ value: text_of(each), place: place_in([each]) }))
  return { key, body: { kind: 'list', items }, place }
}

const text_of = ({ value }: Placed): string => String(value.value)

const tokens_of = (preload: readonly Placed[]): Setting[] =>
  all_entries(preload).map((token) => one(token.key, text_of(token), place_in([token])))

function resolver_setting(resolver: ResolverOptions, said: readonly Placed[]): Setting {
  const place = place_in(said)
  if (resolver.kind === 'memory') return one('resolver', 'MEMORY', place)
  if (resolver.kind === 'url') {
    const masked = masked_url(resolver.url)
    const whole = (url: string) => `URL(${url})`
    if (masked === resolver.url) return one('resolver', whole(resolver.url), place)
    return secret('resolver', whole(resolver.url), place, whole(masked))
  }
  const at = (names: string) => place_in(entries_under(said, names))
  const time = (key: string, ms: number) => one(key, duration_value(ms), at(key))
  const deletes = resolver.kind === 'full' && resolver.delete !== null
  return map('resolver', [
    one('type', resolver.kind, at('type')),
    one('dir', resolver.dir, at('dir')),
    one('limit', resolver.limit, at('limit')),
    ...(resolver.kind === 'cache' ? [time('ttl', resolver.ttl_ms)] : [
      time('interval', resolver.interval_ms),
      one('allow_delete', deletes, at('allow_delete')),
      one('hard_delete', resolver.delete === 'remove', at('hard_delete')),
    ]),
    time('timeout', resolver.timeout_ms),
  ], place)
}
