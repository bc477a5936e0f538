// The types of a configuration for TypeScript, as source: an interface for each block, a field for each option, in the words of
// the tables.

/** The interface of a block, by its title in operations_fields.txt. */
const interfaces = {
  'At the top': 'Configuration',
  'authorization { }': 'AuthorizationBlock',
  'proxies { }': 'ProxiesBlock',
  'A proxy of proxies { trusted }': 'TrustedProxyBlock',
  'A user': 'UserBlock',
  'permissions { }': 'PermissionsBlock',
  'permissions { allow_responses { } }': 'AllowResponsesBlock',
  'authorization { auth_callout { } }': 'AuthCalloutBlock',
  'accounts { NAME { } }': 'AccountBlock',
  'limits { } of an account': 'AccountLimitsBlock',
  'exports [ ]': 'ExportBlock',
  'latency { } of an export': 'LatencyBlock',
  'imports [ ]': 'ImportBlock',
  'msg_trace { } of an account': 'MessageTraceBlock',
  'A destination of mappings { }': 'MappingBlock',
  'resolver { }': 'ResolverBlock',
  'cluster { }': 'ClusterBlock',
  'cluster { authorization { } }': 'ClusterAuthorizationBlock',
  'websocket { }': 'WebsocketBlock',
  'websocket { authorization { } }': 'WebsocketAuthorizationBlock',
  'tls { }': 'TlsBlock',
}

/** Of fields that are blocks or lists of blocks: by block and name, else by name. */
const block_types = {
  accounts: 'Record<string, AccountBlock>',
  'ExportBlock.accounts': 'string[]',
  'ClusterBlock.accounts': 'string[]',
  allow_responses: 'boolean | AllowResponsesBlock',
  auth_callout: 'AuthCalloutBlock',
  authorization: 'AuthorizationBlock',
  'ClusterBlock.authorization': 'ClusterAuthorizationBlock',
  'WebsocketBlock.authorization': 'WebsocketAuthorizationBlock',
  certs: '{ cert_file: string; key_file: string }[]',
  cluster: 'ClusterBlock',
  'MappingBlock.cluster': 'string',
  default_permissions: 'PermissionsBlock',
  exports: 'ExportBlock[]',
  imports: 'ImportBlock[]',
  latency: 'string | LatencyBlock',
  limits: 'AccountLimitsBlock',
  mappings: 'Record<string, string | MappingBlock | MappingBlock[]>',
  msg_trace: 'string | MessageTraceBlock',
  'ClusterBlock.permissions': 'ClusterPermissionsBlock',
  permissions: 'PermissionsBlock',
  proxies: 'ProxiesBlock',
  resolver: 'string | ResolverBlock',
  resolver_preload: 'Record<string, string>',
  tls: 'TlsBlock',
  trusted: 'TrustedProxyBlock[]',
  'Configuration.trusted_keys': 'string | string[]',
  websocket: 'WebsocketBlock',
}

/** By what operations_fields.txt says of a field. */
const simple_types = {
  text: 'string',
  file: 'string',
  folder: 'string',
  subject: 'string',
  word: 'string',
  duration: 'string',
  number: 'number',
  boolean: 'boolean',
  address: 'string | number',
  list: 'string[]',
  'text or list': 'string | string[]',
  'list of users': 'UserBlock[]',
  'block of texts': 'Record<string, string>',
  'duration or seconds': 'string | number',
  'number or `N%`': 'number | string',
  'number, `N%` or `headers`': 'number | string',
  'boolean or `optional`': "boolean | 'optional'",
  'boolean, `auto` or duration': 'boolean | string',
  '`{ account, subject }`': '{ account: string; subject: string }',
  'subjects, or `{ allow, deny }`': 'Subjects',
}

/** The files, by name. Throws an Error at a field whose type it does not know. */
export function configuration_sources(tables, blocks) {
  const [top, ...others] = blocks.map((block) => interface_text(block, tables))
  const used = [...new Set(top.match(/\w+Block\b/g))].sort()
  return {
    'src/embedding/configuration.ts': `// What a server may be configured with, as a configuration file has it. Made by
// scripts/operations_doc.mjs from the tables of options: change those.
import type {
  ${used.join(',\n  ')},
} from './configuration_blocks.ts'

${top}
`,
    'src/embedding/configuration_blocks.ts':
      `// The blocks of a configuration. Made by scripts/operations_doc.mjs as configuration.ts is.

/** Subjects; with wildcards if need be. */
export type Subjects = string | string[] | { allow?: string | string[]; deny?: string | string[] }

/** Which subjects pass the routes. */
export interface ClusterPermissionsBlock {
  /** From other servers. */
  import?: Subjects
  /** To other servers. */
  export?: Subjects
}

${others.join('\n\n')}
`,
  }
}

function interface_text({ title, more, rows }, tables) {
  const name = interfaces[title]
  if (name === undefined) throw new Error(`scripts/configuration_types.mjs: no interface for the block "${title}"`)
  const options = title === 'At the top' ? tables.OPTION_TABLE : more ? tables[more] : {}
  const is_shown = ([option, { keys }]) =>
    keys.length > 0 && !(title === 'At the top' && tables.PROGRAM_ONLY.includes(option))
  const of_tables = Object.entries(options).filter(is_shown).map(([option, row]) =>
    field_text(row.keys[0], option_type(name, option, row), row.help)
  )
  const of_fields = rows.map(([names, type, , , help]) => {
    const [key] = names.split(' ')
    return field_text(key, field_type(name, key, type), help)
  })
  const what = title === 'At the top' ? 'All of it. Names and meanings are those of a configuration file.' : title
  return `/** ${what} */\nexport interface ${name} {\n${[...of_tables, ...of_fields].join('\n')}\n}`
}

const field_text = (key, type, help) => `  /** ${help.replaceAll('*/', '*\\/')} */\n  ${key}?: ${type}`

function option_type(block, option, { kind, default: initial, keys: [key] }) {
  if (kind.words !== undefined) return kind.words.map((word) => `'${word}'`).join(' | ')
  if (option === 'busy_poll') return "boolean | 'auto'"
  if (option.endsWith('_ms')) return 'string'
  if (Array.isArray(initial)) return 'string[]'
  const type = { boolean: 'boolean', number: 'number', undefined: 'number', string: 'string' }[typeof initial]
  return type ?? block_types[`${block}.${key}`] ?? 'Record<string, string>'
}

function field_type(block, key, type) {
  const found = block_types[`${block}.${key}`] ?? block_types[key] ?? simple_types[type]
  if (found === undefined) {
    throw new Error(`scripts/configuration_types.mjs: no type for ${block}.${key}, which is "${type}"`)
  }
  return found
}
