// What nats-server has at the top of a file and this server has not, besides whole features (later_features.ts): checked, and either
// without effect or, where somebody would rely on it, refused at start.
import { type Block, refuse_start, without_effect } from './block.ts'
import { read_ocsp, read_ocsp_cache } from './ocsp_options.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems } from './problems.ts'
import { boolean_of, integer_of } from './rows.ts'
import { read_tls } from './tls_options.ts'
import { quote, ValueError } from './values.ts'

export function unserved_fields(problems: Problems): Block['special'] {
  /** Something that is asked for changes nothing. */
  const noticed = (is_asked: (value: Value) => boolean) => (value: Value, key: string) => {
    if (is_asked(value)) without_effect(key, value, problems)
  }
  return {
    ocsp: (value) => read_ocsp(value, problems),
    ocsp_cache: (value) => read_ocsp_cache(value, problems),
    resolver_tls: (value, key) => {
      read_tls(value, 'clients', problems.of_unserved_block())
      refuse_start(key, value, problems, 'leave it out; resolvers are verified by the authorities of the runtime')
    },
    feature_flags: noticed(has_flags),
    prof_block_rate: noticed((value) => integer_of(value) !== 0),
    'disable_sublist_cache no_sublist_cache': noticed(boolean_of),
  }
}

/** Names that nobody knows are none of our business. */
function has_flags(value: Value): boolean {
  if (value.kind !== 'map') throw new ValueError(`error parsing feature flags: unsupported type ${go_type(value)}`)
  for (const [name, entry] of value.value) {
    if (entry.kind === 'bool') continue
    const reason = `error parsing feature flag ${quote(name)}: expected bool, got ${go_type(entry)}`
    throw new FieldError(entry.position, reason)
  }
  return value.value.size > 0
}
