// Where options of the top level were said, and addresses of any block.
import { OPTION_TABLE } from '../config/options.ts'
import { parse_listen_address } from '../config/values.ts'
import { entries_under, flag_place, type Place, place_in, type Placed, type Sources } from './place.ts'

/** Flags that set several options at once, in the order in which they are applied. */
const COMBINED: Readonly<Record<string, readonly string[]>> = Object.freeze({
  debug: ['DV', 'DVV'],
  trace: ['DV', 'DVV', 'VV'],
  trace_verbose: ['DVV', 'VV'],
})
/** Further keys that set an option. */
const OTHER_KEYS: Readonly<Record<string, string>> = Object.freeze({
  trace: 'trace_verbose trace_headers',
  http_port: 'http',
  https_port: 'https',
})

/** Where an option of the top level was said. */
export function option_place(name: keyof typeof OPTION_TABLE, sources: Sources): Place {
  const { keys, flags } = OPTION_TABLE[name]
  const flag = flag_place(sources, ...flags.slice(0, 1), ...COMBINED[name] ?? [])
  if (flag !== null) return flag
  if (name === 'host' || name === 'port') return listen_place(sources.file, name, keys)
  return place_in(entries_under(sources.file, [...keys, OTHER_KEYS[name] ?? ''].join(' ')))
}

/** An address sets the port in any case, and the host if it has one. */
export function listen_place(block: readonly Placed[], name: 'host' | 'port', keys: readonly string[]): Place {
  const candidates = entries_under(block, `listen ${keys.join(' ')}`)
  return place_in(
    candidates.filter((entry) => entry.key.toLowerCase() !== 'listen' || name === 'port' || has_host(entry)),
  )
}

/** Whether an address of the file says more than the port. */
export function has_host({ value }: Placed): boolean {
  return value.kind === 'string' && parse_listen_address(value.value).host !== ''
}
