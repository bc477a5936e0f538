// Settings as a configuration file that can be read again, with where each was said in a comment; and as JSON.
import type { Item, Scalar, Setting } from './setting.ts'
import type { Place } from './place.ts'

interface Line {
  readonly text: string
  /** Null: the line says nothing. */
  readonly place: Place | null
}

const COMMENT_COLUMN = 40

/** `shows`: secrets are shown. */
export function file_text(settings: readonly Setting[], shows: boolean): string {
  return settings.flatMap((setting) => setting_lines(setting, shows)).map(({ text, place }) =>
    place === null ? `${text}\n` : `${text.padEnd(COMMENT_COLUMN)}  # ${place.text.replace(/[\r\n]/g, ' ')}\n`
  ).join('')
}

function setting_lines({ key, body, place }: Setting, shows: boolean): Line[] {
  const name = key_text(key)
  switch (body.kind) {
    case 'one':
      return [{ text: `${name}: ${shown(body, shows)}`, place }]
    case 'row':
      return [{ text: `${name}: [${body.values.map(scalar_text).join(', ')}]`, place }]
    case 'list':
      if (body.items.length === 0) return [{ text: `${name}: []`, place }]
      return around(`${name}: [`, body.items.map((item) => ({ text: shown(item, shows), place: item.place })), ']')
    case 'map':
      if (body.entries.length === 0) return [{ text: `${name} {}`, place }]
      return around(`${name} {`, body.entries.flatMap((entry) => setting_lines(entry, shows)), '}')
    case 'maps':
      if (body.items.length === 0) return [{ text: `${name}: []`, place }]
      return around(
        `${name}: [`,
        body.items.flatMap((item) => around('{', item.flatMap((entry) => setting_lines(entry, shows)), '}')),
        ']',
      )
    case 'unsaid':
      return [{ text: `# ${key}: ${body.note}`, place }]
  }
}

function around(first: string, lines: readonly Line[], last: string): Line[] {
  const inside = lines.map(({ text, place }) => ({ text: `  ${text}`, place }))
  return [{ text: first, place: null }, ...inside, { text: last, place: null }]
}

function shown({ value, masked }: Pick<Item, 'value' | 'masked'>, shows: boolean): string {
  return scalar_text(shows ? value : masked ?? value)
}

function scalar_text(value: Scalar): string {
  if (typeof value === 'string') return text_in_quotes(value)
  return typeof value === 'number' ? integer_text(value) : String(value)
}

const INTEGER_MAX = 2n ** 63n - 1n

/** The largest integers of a file are no numbers of JavaScript: the next one is above them. */
function integer_text(value: number): string {
  const integer = BigInt(value)
  return String(integer > INTEGER_MAX ? INTEGER_MAX : integer)
}

const ESCAPES: Readonly<Record<string, string>> = Object.freeze({
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
})

function text_in_quotes(text: string): string {
  // deno-lint-ignore no-control-regex
  const escaped = text.replace(/[\x00-\x1f"\\\x7f]/g, (char) => ESCAPES[char] ?? hex_escape(char))
  return `"${escaped}"`
}

const hex_escape = (char: string): string => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`

/** Keys have no escapes: one in quotes has no such quote in it, and one without any has neither blanks nor separators. */
function key_text(key: string): string {
  if (/^[A-Za-z_][\w-]*$/.test(key) && key.toLowerCase() !== 'include') return key
  return !key.includes('"') ? `"${key}"` : !key.includes("'") ? `'${key}'` : key
}

/** Objects as the blocks are; each value is `{ value, origin }`. */
export function settings_json(settings: readonly Setting[], shows: boolean): Record<string, unknown> {
  return Object.fromEntries(settings.map((setting) => [setting.key, setting_json(setting, shows)]))
}

function setting_json({ body, place }: Setting, shows: boolean): unknown {
  const value = ({ value, masked }: { value: Scalar; masked?: string }) => shows ? value : masked ?? value
  switch (body.kind) {
    case 'one':
      return { value: value(body), origin: place.text }
    case 'row':
      return { value: body.values, origin: place.text }
    case 'list':
      return body.items.map((item) => ({ value: value(item), origin: item.place.text }))
    case 'map':
      return settings_json(body.entries, shows)
    case 'maps':
      return body.items.map((item) => settings_json(item, shows))
    case 'unsaid':
      return { value: null, note: body.note, origin: place.text }
  }
}
