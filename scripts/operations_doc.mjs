// node scripts/operations_doc.mjs [--check]: writes the tables of docs/operations.md, and the types of a configuration for TypeScript,
// from the tables of src. With --check it writes nothing, and fails if a document is not what it would write. npm run check does that.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { command_line } from './arguments.mjs'
import { configuration_sources } from './configuration_types.mjs'
import { load_tables, read_blocks } from './option_tables.mjs'
import { root } from './runtimes.mjs'

const code = (text) => `\`${text}\``
const codes = (names) => names.map(code).join(', ')
const line = (cells) => `|${cells.map((cell) => cell === '' ? ' |' : ` ${cell} |`).join('')}`
const table = (head, rows) => [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')

/** What flags say that stand in no table. */
const flag_keys = {
  user: 'authorization { user }',
  pass: 'authorization { password }',
  auth: 'authorization { token }',
  tls: 'tls',
  tlscert: 'tls { cert_file }',
  tlskey: 'tls { key_file }',
  tlscacert: 'tls { ca_file }',
  tlsverify: 'tls { verify }',
  cluster: 'cluster { listen, authorization }',
  routes: 'cluster { routes }',
  DV: 'debug, trace',
  DVV: 'debug, trace, trace_verbose',
  VV: 'trace, trace_verbose',
}

/** All flags, by the groups of the help. */
function flags_text({ FLAGS, FLAG_GROUPS, OPTION_TABLE, CLUSTER_TABLE, dashed }) {
  const keys = new Map(Object.entries(flag_keys).map(([name, key]) => [name, code(key)]))
  for (const { flags, keys: [key] } of Object.values(OPTION_TABLE)) if (flags.length) keys.set(flags[0], code(key))
  for (const { flags, keys: [key] } of Object.values(CLUSTER_TABLE)) {
    if (flags.length) keys.set(flags[0], code(`cluster { ${key} }`))
  }
  const values = { string: 'text', int: 'number', bool: '' }
  return FLAG_GROUPS.map((group) => {
    const rows = FLAGS.filter((flag) => flag.group === group).map(({ names, type, help, unserved }) => [
      codes(names.map(dashed)),
      values[type],
      keys.get(names[0]) ?? '',
      unserved ? `${help}: not served, without effect` : help,
    ])
    return `### ${group}\n\n${table(['flag', 'takes', 'in the file', 'what it does'], rows)}`
  }).join('\n\n')
}

/** All options of all levels. */
function options_text(tables, blocks) {
  const { OPTION_GROUPS, FIXED } = tables
  const reloads = {
    top: (name) => name in FIXED ? 'no' : 'yes',
    CLUSTER_TABLE: (name) => name in tables.CLUSTER_FIXED ? 'no' : 'yes',
    WEBSOCKET_TABLE: () => 'no',
  }
  const rows_of = (options, reload) =>
    Object.entries(options).filter(([, { keys }]) => keys.length > 0).map(([name, option]) => [
      codes(option.keys),
      type_text(name, option),
      default_text(name, option, tables),
      reload(name),
      option.help,
    ])
  const head = ['option', 'type', 'default', 'reload', 'what it is for']
  const [top, ...others] = blocks
  const groups = Object.entries(OPTION_GROUPS).map(([title, options]) =>
    `### ${title}\n\n${table(head, rows_of(options, reloads.top))}`
  )
  const blocks_text = others.map(({ title, rows, more }) =>
    `### ${title}\n\n${table(head, [...(more ? rows_of(tables[more], reloads[more]) : []), ...rows.map(field_cells)])}`
  )
  return [...groups, `### Addresses and blocks\n\n${table(head, top.rows.map(field_cells))}`, ...blocks_text].join(
    '\n\n',
  )
}

const field_cells = ([names, type, initial, ...rest]) => {
  const is_value = /^[\w$.:"]+$/.test(initial) && !['all', 'any', 'none', 'everything'].includes(initial)
  return [codes(names.split(' ')), type, is_value ? code(initial) : initial, ...rest]
}

function type_text(name, { kind, default: initial }) {
  if (kind.words !== undefined) return 'word'
  if (name === 'busy_poll') return 'boolean or `auto`'
  if (name.endsWith('_ms')) return 'duration'
  if (Array.isArray(initial)) return 'list'
  return { boolean: 'boolean', number: 'number', undefined: 'number', string: 'text' }[typeof initial] ??
    'block of texts'
}

/** What defaults mean that are no values. */
const defaults_in_words = {
  workers: 'by cores',
  route_workers: 'by cores',
  server_name: "the server's id",
  max_subscriptions: 'no limit',
  max_sub_tokens: 'no limit',
  pool_size: 'no pool',
  compression: 'off',
  log_file: 'stderr',
  handshake_timeout_ms: '`"10s"`',
}

function default_text(name, { default: initial }, { format_duration }) {
  if (name in defaults_in_words && initial !== false) return defaults_in_words[name]
  if (name.endsWith('_ms')) return initial === 0 ? '' : code(`"${format_duration(initial).replace(/(\D)0s$/, '$1')}"`)
  if (initial === '' || initial === undefined || typeof initial === 'object') return ''
  return code(initial)
}

/** What is known and not served. */
function unserved_text({ FLAGS, dashed, WITHOUT_EFFECT }, blocks) {
  const flags = FLAGS.filter(({ unserved }) => unserved).flatMap(({ names }) => names.map(dashed))
  const rows = [
    ...blocks.map(({ title, more, at_start, without_effect }) => [
      title.replace(/^[a-z].*\}$/, code),
      at_start,
      [...more === 'CLUSTER_TABLE' ? WITHOUT_EFFECT : [], ...without_effect],
    ]),
    ['flags', [], flags],
  ]
  const shown = rows.filter(([, refused, harmless]) => refused.length + harmless.length > 0)
  return table(['where', 'refused', 'without effect'], shown.map(([where, ...names]) => [where, ...names.map(codes)]))
}

/** That the rows of a block are what its reader knows. */
function block_faults({ title, text, more, refused, at_start, without_effect, rows }, tables) {
  const entries = tables.parse_file('f', { environment: {}, read: () => text })
  const { problems } = tables.read_entries('f', entries, tables.default_options())
  const unknown = problems.unknown.find(({ field }) => field === 'zz')
  if (unknown === undefined) return [`${title}: ${text} has no unknown field zz`]
  const options = title === 'At the top' ? tables.OPTION_TABLE : more ? tables[more] : {}
  const names = [
    ...rows.flatMap(([names]) => names.split(' ')),
    ...Object.values(options).flatMap(({ keys }) => keys),
    ...[...refused, ...at_start, ...without_effect],
  ]
  const described = new Set(names)
  const known = new Set(unknown.known)
  return [
    ...[...known].filter((name) => !described.has(name)).map((name) => `${title}: ${name} is not described`),
    ...[...described].filter((name) => !known.has(name)).map((name) => `${title}: there is no ${name}`),
    ...names.filter((name, i) => names.indexOf(name) < i).map((name) => `${title}: ${name} is described twice`),
  ].map((fault) => `scripts/operations_fields.txt: ${fault}`)
}

/** The text with what is made for it put between its marks. */
function with_tables(file, parts) {
  return Object.entries(parts).reduce((text, [name, made]) => {
    const place = new RegExp(`(<!-- ${name}: [^>]*-->\\n)[^]*?(<!-- end of ${name} -->)`)
    if (!place.test(text)) throw new Error(`${file} has no place for ${name}`)
    return text.replace(place, (_, begin, end) => `${begin}\n${made}\n\n${end}`)
  }, readFileSync(join(root, file), 'utf8'))
}

/** That docs/operations.md has the paths of monitoring. */
function endpoint_faults() {
  const text = readFileSync(join(root, 'docs/operations.md'), 'utf8')
  const paths = readFileSync(join(root, 'src/monitor/endpoints.ts'), 'utf8').matchAll(/^ +\['(\/[^']*)',/gm)
  return [...paths].filter(([, path]) => !text.includes(code(path))).map(([, path]) =>
    `docs/operations.md: does not name the endpoint ${path}`
  )
}

const { check } = command_line({ check: false })
const tables = await load_tables()
const blocks = read_blocks()
const faults = [...blocks.flatMap((block) => block_faults(block, tables)), ...endpoint_faults()]
const documents = {
  'docs/operations.md': {
    flags: flags_text(tables),
    options: options_text(tables, blocks),
    unserved: unserved_text(tables, blocks),
  },
  ...configuration_sources(tables, blocks),
}
for (const [file, parts] of Object.entries(documents)) {
  const made = typeof parts === 'string' ? parts : with_tables(file, parts)
  if (!check) writeFileSync(join(root, file), made)
  else if (made !== readFileSync(join(root, file), 'utf8')) {
    faults.push(`${file} is not what its script makes: node scripts/operations_doc.mjs`)
  }
}
for (const fault of faults) console.error(fault)
process.exitCode = faults.length > 0 ? 1 : 0
