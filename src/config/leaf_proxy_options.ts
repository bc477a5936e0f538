// The proxy by which a leafnode is reached: a block of leafnodes { remotes }, checked as nats-server does.
import { read_fields } from './block.ts'
import type { RemoteFacts } from './leafnode_checks.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems } from './problems.ts'
import { duration_of, string_of } from './rows.ts'
import { read_tls } from './tls_options.ts'
import { parse_url } from './url.ts'
import { quote, ValueError } from './values.ts'

const TLS_FIELDS = [
  ...['cert_file', 'key_file', 'ca_file', 'insecure', 'cipher_suites', 'allow_insecure_cipher_suites'],
  ...['curve_preferences', 'min_version', 'timeout', 'cert_store', 'cert_match_by', 'cert_match'],
  ...['cert_match_skip_invalid', 'ca_certs_match', 'certs', 'certificates'],
]

interface Proxy {
  url: string
  user: string
  password: string
  timeout_ms: number
  has_tls: boolean
}

export function read_leaf_proxy(value: Value, remote: RemoteFacts, problems: Problems): void {
  if (value.kind !== 'map') {
    throw new FieldError(value.position, `Expected proxy to be a map, got ${go_type(value)}`)
  }
  const proxy: Proxy = { url: '', user: '', password: '', timeout_ms: 0, has_tls: false }
  read_fields(value.value, {
    url: (entry) => void (proxy.url = string_of(entry)),
    username: (entry) => void (proxy.user = string_of(entry)),
    password: (entry) => void (proxy.password = string_of(entry)),
    timeout: (entry) => void (proxy.timeout_ms = duration_of(entry, 'proxy timeout', problems)),
    tls: (entry) => {
      check_tls(entry)
      read_tls(entry, 'clients', problems)
      proxy.has_tls = true
    },
  }, problems)
  const fault = proxy_fault(proxy, remote)
  if (fault !== null) throw new FieldError(value.position, fault)
}

function check_tls(value: Value): void {
  if (value.kind !== 'map') return
  for (const [name, entry] of value.value) {
    if (TLS_FIELDS.includes(name.toLowerCase())) continue
    throw new FieldError(entry.position, `${quote(name)} is not supported for proxy TLS`)
  }
}

function proxy_fault({ url, user, password, timeout_ms, has_tls }: Proxy, { urls, has_tls: dials_tls }: RemoteFacts) {
  if (url === '') {
    const is_said = user !== '' || password !== '' || timeout_ms !== 0 || has_tls
    return is_said ? 'proxy URL must be specified when other proxy options are set' : null
  }
  const parsed = parsed_url(url)
  if (typeof parsed === 'string') return `invalid proxy URL: ${parsed}`
  const { scheme, address } = parsed
  if (scheme !== 'http' && scheme !== 'https') return `proxy URL scheme must be http or https, got: ${scheme}`
  if (address === '') return 'proxy URL must specify a host'
  if (has_tls && scheme !== 'https') return `proxy TLS configuration requires an https proxy URL, got: ${scheme}`
  if (timeout_ms < 0) return 'proxy timeout must be >= 0'
  if ((user === '') !== (password === '')) {
    return 'proxy username and password must both be specified or both be empty'
  }
  const secure = dials_tls ? undefined : urls.find((each) => /^wss:/i.test(each))
  if (secure === undefined) return null
  return `proxy is configured but remote URL ${secure} requires TLS and no TLS configuration is provided. When using ` +
    'proxy with TLS endpoints, ensure TLS is properly configured for the leafnode remote'
}

/** A text: what is wrong with the URL. */
function parsed_url(url: string) {
  try {
    return parse_url(url)
  } catch (error) {
    if (error instanceof ValueError) return error.message
    throw error
  }
}
