// The top level of a configuration file, read into options (reference ops.md part 3).
import { system_clock } from '../base/clock.ts'
import { AuthReader, GLOBAL_ACCOUNT, SYSTEM_ACCOUNT } from './auth_options.ts'
import { claimed_accounts } from './claimed_accounts.ts'
import { read_tls } from './tls_options.ts'
import { type Block, read_block, write_timeout } from './block.ts'
import { type Contradiction, contradiction } from './checks.ts'
import { read_cluster } from './cluster_options.ts'
import { LaterFeatures } from './later_features.ts'
import { read_mappings } from './mapping_options.ts'
import { OPTION_TABLE, type Options } from './options.ts'
import { operator_contradiction } from './operator_checks.ts'
import { type OperatorOptions, OperatorReader } from './operator_options.ts'
import type { Entries } from './parser.ts'
import { Problems } from './problems.ts'
import { read_proxies } from './proxy_options.ts'
import { boolean_of } from './rows.ts'
import { unserved_fields } from './unserved_options.ts'
import { quote } from './values.ts'
import { read_websocket } from './websocket_options.ts'

/** Which options a file has set, by the names of the tables. */
export interface FileResult {
  readonly problems: Problems
  readonly cluster_set: ReadonlySet<string>
  /** What does not go together with the options as they are now, beside what these say themselves. */
  among_blocks(options: Options): Contradiction[]
}

/** Reads the entries of `file` over options. `ignored`: keys to pass over, because a flag switched them off. */
export function read_entries(
  file: string,
  entries: Entries,
  options: Options,
  ignored: readonly string[] = [],
  now_s = Math.floor(system_clock().wall_ms() / 1000),
): FileResult {
  const problems = new Problems()
  const auth = new AuthReader(problems)
  const operator = new OperatorReader(problems)
  const later = new LaterFeatures(problems)
  const cluster_set = new Set<string>()
  if (entries.size === 0) problems.warnings.push(`${file}: config has no values or is empty`)
  const block: Block = {
    table: OPTION_TABLE,
    target: options as unknown as Record<string, unknown>,
    listen: { listen: ['host', 'port'], http: ['http_host', 'http_port'], https: ['http_host', 'https_port'] },
    special: {
      cluster: (value) => {
        for (const name of read_cluster(value, options.cluster, problems)) cluster_set.add(name)
      },
      'mappings maps': (value) => void (options.mappings = read_mappings(value, problems)),
      'operator operators root roots root_operator root_operators': (value) => operator.operator(value),
      'trusted trusted_keys': (value) => operator.trusted_keys(value),
      'resolver account_resolver accounts_resolver': (value) => operator.resolver(value),
      resolver_preload: (value) => operator.preload(value),
      resolver_pinned_accounts: (value) => operator.pinned(value),
      default_sentinel: (value) => operator.sentinel(value),
      'websocket ws': (value) => read_websocket(value, options.websocket, problems),
      tls: (value) => void (options.tls = read_tls(value, 'clients', problems)),
      authorization: (value) => void auth.authorization(value, options.authorization),
      accounts: (value) => void (options.accounts = auth.accounts(value)),
      trace_verbose: (value) => void (options.trace = options.trace_verbose = boolean_of(value)),
      trace_headers: (value) => void (options.trace = options.trace_headers = boolean_of(value)),
      write_timeout: (value, key) => write_timeout(value, key, problems, ['default', 'close']),
      ...later.fields,
      ...unserved_fields(problems),
      proxies: (value) => void (options.proxies = read_proxies(value, problems)),
    },
    ignored,
  }
  read_block(entries, block, problems)
  auth.check(options.authorization, options.accounts)
  check_allowed_accounts(options, problems)
  const has_accounts = options.accounts.length > 0 || options.mappings.length > 0
  take_operator(operator.options(), options, problems, now_s)
  return {
    problems,
    cluster_set,
    among_blocks: (now) =>
      [
        operator_contradiction(operator.facts, has_accounts, now),
        now.proxies.includes('') ? contradiction('proxies', 'proxy trusted key "" is invalid') : null,
        ...later.contradictions(now, auth.jetstream_accounts),
      ].filter((found) => found !== null),
  }
}

function check_allowed_accounts({ authorization: { callout }, accounts, mappings }: Options, problems: Problems): void {
  // The account of everybody is there by name where its mappings are.
  const names = [...accounts.map(({ name }) => name), ...(mappings.length > 0 ? [GLOBAL_ACCOUNT] : [])]
  for (const name of callout?.allowed_accounts.filter((each) => !names.includes(each)) ?? []) {
    problems.errors.push(`auth_callout allowed account ${quote(name)} not found in configured accounts`)
  }
}

/** Its accounts are the only ones. */
function take_operator(operator: OperatorOptions | null, options: Options, problems: Problems, now_s: number): void {
  options.operator = operator
  if (operator === null) return
  if (options.accounts.length > 0) {
    problems.refusals.push('operators do not allow accounts to be configured directly')
  } else options.accounts = claimed_accounts(operator.accounts, now_s, (text) => void problems.notices.push(text))
  if (options.system_account === SYSTEM_ACCOUNT && operator.system_account !== '') {
    options.system_account = operator.system_account
  }
}
