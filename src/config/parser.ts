// The configuration language: keys, maps, arrays, variables, include (reference ops.md part 2).
// Each value knows where it stands and whether a variable referred to it.
import { dirname, isAbsolute, join } from 'node:path'
import {
  bytes_to_text,
  END,
  is_blank,
  is_digit,
  is_newline,
  is_separator,
  is_space,
  is_true,
  Lexer,
  SyntaxFailure,
  text_to_bytes,
  type Word,
} from './lexer.ts'
import { read_outermost } from './outermost.ts'
import { date, float, integer } from './scalars.ts'

/** Where a value stands: for the value of a key, the key's first character (reference ops.md 2.7). */
export interface Position {
  /** Line 0: it is in no file, and this is the path to it in the object that it was given in. */
  readonly file: string
  readonly line: number
  readonly column: number
}

export type Entries = Map<string, Value>

/**
 * A value of the file. `used`: a variable referred to it, so it is not an unknown field. `environment`: the environment variable
 * that it was taken from.
 */
export type Value =
  & { readonly position: Position; used: boolean; readonly environment?: string }
  & (
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'int'; readonly value: bigint }
    | { readonly kind: 'float'; readonly value: number }
    | { readonly kind: 'bool'; readonly value: boolean }
    /** In the form YYYY-MM-DDTHH:MM:SSZ. */
    | { readonly kind: 'date'; readonly value: string }
    | { readonly kind: 'array'; readonly value: Value[] }
    | { readonly kind: 'map'; readonly value: Entries }
  )

/** What a file may refer to outside itself. `read` throws when there is no such file. */
export interface Surroundings {
  read(path: string): string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** The top-level entries of a file. Throws SyntaxFailure and nothing else, besides what `read` throws for `file`. */
export function parse_file(file: string, surroundings: Surroundings): Entries {
  return new Parser(surroundings.read(file), file, surroundings).parse()
}

/** In the place of a key: the file ended behind its quote. */
const UNBEGUN = '\0'

/** Includes and nested values deeper than this are refused before they exhaust the stack. */
const DEPTH_MAX = 200

/** Reads one file, or the text of one environment variable. */
class Parser {
  readonly #lexer: Lexer
  readonly #file: string
  readonly #surroundings: Surroundings
  /** Files that include this one, the names of environment variables that led here. */
  readonly #trail: readonly string[]
  readonly #in_environment: boolean
  /** The maps around the cursor, the innermost last: where variables are looked up. */
  readonly #scopes: Entries[] = [new Map()]
  #depth = 0

  constructor(
    text: string,
    file: string,
    surroundings: Surroundings,
    trail: readonly string[] = [],
    in_environment = false,
  ) {
    this.#lexer = new Lexer(text_to_bytes(text))
    this.#file = file
    this.#surroundings = surroundings
    this.#trail = trail
    this.#in_environment = in_environment
  }

  parse(): Entries {
    const entries = this.#scopes[0]
    read_outermost(this.#lexer, () => this.#outermost_entry(entries))
    return entries
  }

  /** One pair, or an include. False: the file ends here. */
  #outermost_entry(entries: Entries): boolean {
    const lexer = this.#lexer
    if (is_separator(lexer.peek())) throw lexer.failure(`Unexpected key separator '${lexer.next()}'`)
    const position = this.#key_position()
    const key = this.#key(false)
    if (key === null) {
      this.#include(entries)
      return true
    }
    lexer.skip_spaces()
    if (lexer.peek() === END) {
      // A brace that is left over at the end passes.
      if (key === '}' || key === UNBEGUN) return false
      throw this.#invalid({ ...position, line: lexer.line, column: lexer.column })
    }
    if (is_separator(lexer.peek())) lexer.next()
    lexer.skip_blanks()
    this.#set(entries, key, this.#value(position))
    return true
  }

  #invalid({ file, line, column }: Position): SyntaxFailure {
    return new SyntaxFailure(`config is invalid (${file}:${line}:${column})`)
  }

  /** The position of the key at the cursor: behind its quote if it has one. */
  #key_position(): Position {
    const quoted = this.#lexer.peek() === '"' || this.#lexer.peek() === "'"
    return { file: this.#file, line: this.#lexer.line, column: this.#lexer.column + (quoted ? 1 : 0) }
  }

  /** The key at the cursor; null: it is the word include. */
  #key(in_map: boolean): string | null {
    const lexer = this.#lexer
    const quote = lexer.peek()
    if (quote === '"' || quote === "'") {
      lexer.next()
      if (lexer.at_end() && !in_map) return UNBEGUN
      const what = quote === '"' ? 'double quoted map key' : 'quoted map key'
      return bytes_to_text(lexer.quoted(quote, false, in_map ? `Unexpected EOF processing ${what}.` : undefined))
    }
    let key = lexer.next()
    for (;;) {
      const char = lexer.peek()
      if (char === END && in_map) throw lexer.failure('Unexpected EOF processing map key.')
      if (is_space(char) && key.toLowerCase() === 'include') return null
      if (is_space(char) || is_separator(char) || char === END) return bytes_to_text(key)
      key += lexer.next()
    }
  }

  #set(entries: Entries, key: string, value: Value): void {
    // Deleted first, so that the entry stands where it was said last.
    entries.delete(key)
    entries.set(key, value)
  }

  /** The value at the cursor. `position` is that of its key; an element of an array has its own. */
  #value(position?: Position): Value {
    if (++this.#depth > DEPTH_MAX) throw this.#lexer.failure('Nested too deep.')
    const value = this.#any_value(position)
    this.#depth--
    return value
  }

  /** Without a key a value stands where nats-server sees it: it counts back from the end, as many bytes as the value has. */
  #any_value(position?: Position): Value {
    const lexer = this.#lexer
    const { line_start } = lexer
    const place = (text: string, end = lexer.at): Position =>
      position ?? { file: this.#file, line: lexer.line, column: end - line_start - text.length }
    const string = (text: string): Value => {
      return { kind: 'string', value: bytes_to_text(text), position: place(text, lexer.at - 1), used: false }
    }
    const char = lexer.peek()
    if (is_digit(char)) return this.#word(lexer.number(), place)
    if ('["\'{-(.\n\r'.includes(char)) lexer.next()
    if (char === '[') return this.#array(position)
    if (char === '{') return this.#map(position)
    if (char === '"' || char === "'") {
      if (lexer.at_end()) throw this.#invalid({ file: this.#file, line: lexer.line, column: lexer.column })
      return string(lexer.quoted(char, char === '"'))
    }
    if (char === '(') return string(lexer.block())
    if (char === '-') return this.#word(lexer.negative(), place)
    if (char === '.') throw lexer.failure('Floats must start with a digit')
    if (is_newline(char)) throw lexer.failure('Expected value but found new line')
    return this.#word(lexer.bare(), place)
  }

  #word({ kind, text }: Word, place: (text: string) => Position): Value {
    const position = place(text), used = false
    if (kind === 'bool') return { kind: 'bool', value: is_true(text), position, used }
    if (kind === 'string') return { kind: 'string', value: bytes_to_text(text), position, used }
    if (kind === 'number') return { kind: 'int', value: integer(text), position, used }
    if (kind === 'date') return { kind: 'date', value: date(text), position, used }
    if (kind === 'variable') return this.#variable(bytes_to_text(text), position)
    return { kind: 'float', value: float(text), position, used }
  }

  /** The rest of an array. Elements are separated by newlines or commas. */
  #array(position?: Position): Value {
    const lexer = this.#lexer
    const value: Value[] = []
    for (;;) {
      lexer.skip_spaces()
      if (lexer.skip_comment()) continue
      const char = lexer.peek()
      if (char === ',' || char === '/') {
        lexer.next()
        throw lexer.failure("Unexpected array value terminator ','.")
      }
      if (char !== ']') {
        value.push(this.#value())
        if (!this.#array_element_end()) continue
      }
      lexer.next()
      const end = { file: this.#file, line: lexer.line, column: lexer.column }
      return { kind: 'array', value, position: position ?? end, used: false }
    }
  }

  /** Skips what separates two elements. Whether the closing bracket is next. */
  #array_element_end(): boolean {
    const lexer = this.#lexer
    for (;;) {
      lexer.skip_blanks()
      if (lexer.skip_comment()) continue
      if (lexer.peek() === ']') return true
      const char = lexer.next()
      if (char === ',' || is_newline(char) || char === '/') return false
      const expected = 'Expected an array value terminator "," or an array terminator "]"'
      throw lexer.failure(`${expected}, but got '${lexer.shown(char)}' instead.`)
    }
  }

  /** The rest of a map. Entries are separated by newlines, commas or semicolons. */
  #map(position?: Position): Value {
    const lexer = this.#lexer
    const entries: Entries = new Map()
    this.#scopes.push(entries)
    for (;;) {
      lexer.skip_spaces()
      if (lexer.skip_comment()) continue
      const char = lexer.peek()
      if (is_separator(char)) throw lexer.failure(`Unexpected key separator '${char}'.`)
      if (char === ']') throw lexer.failure(`Unexpected array end '${char}' processing map.`)
      if (char === END) throw lexer.failure('Unexpected EOF processing map.')
      if (char === '/') lexer.next()
      if (char !== '}') {
        this.#map_entry(entries)
        if (!this.#map_entry_end()) continue
      }
      lexer.next()
      this.#scopes.pop()
      const end = { file: this.#file, line: lexer.line, column: lexer.column }
      return { kind: 'map', value: entries, position: position ?? end, used: false }
    }
  }

  #map_entry(entries: Entries): void {
    const lexer = this.#lexer
    const position = this.#key_position()
    const key = this.#key(true)
    if (key === null) return this.#include(entries)
    lexer.skip_spaces()
    if (is_separator(lexer.peek())) lexer.next()
    lexer.skip_spaces()
    if (lexer.peek() === ',') throw lexer.failure('Unexpected map value terminator ",".')
    if (lexer.peek() === '}') {
      throw new SyntaxFailure(`config is invalid (${position.file}:${position.line}:${position.column})`)
    }
    this.#set(entries, key, this.#value(position))
  }

  /** Skips what separates two entries. Whether the closing brace is next. */
  #map_entry_end(): boolean {
    const lexer = this.#lexer
    for (;;) {
      lexer.skip_blanks()
      if (lexer.skip_comment()) continue
      if (lexer.peek() === '}') return true
      const char = lexer.next()
      if (char === ',' || char === ';' || is_newline(char) || char === '/') return false
      const expected = 'Expected a map value terminator "," or a map terminator "}"'
      throw lexer.failure(`${expected}, but got '${lexer.shown(char)}' instead.`)
    }
  }

  /** `include <path>`: the other file's entries become entries here. */
  #include(entries: Entries): void {
    const typed = bytes_to_text(this.#include_path())
    if (this.#in_environment) throw new SyntaxFailure('an environment variable can not include a file')
    const path = isAbsolute(typed) ? typed : join(dirname(this.#file), typed)
    const fail = (why: string) => new SyntaxFailure(`error parsing include file '${typed}', ${why}`)
    const trail = [...this.#trail, this.#file]
    if (trail.includes(path) || trail.length > DEPTH_MAX) throw fail('it includes itself')
    let text: string
    try {
      text = this.#surroundings.read(path)
    } catch (error) {
      throw fail(error instanceof Error ? error.message : String(error))
    }
    try {
      const included = new Parser(text, path, this.#surroundings, trail).parse()
      for (const [key, value] of included) this.#set(entries, key, value)
    } catch (error) {
      if (error instanceof SyntaxFailure) throw fail(error.message)
      throw error
    }
  }

  #include_path(): string {
    const lexer = this.#lexer
    lexer.skip_blanks()
    const char = lexer.peek()
    const refused = is_digit(char) || char === '-' ? 'start of a number' : INCLUDE_REFUSED[char]
    if (refused !== undefined) {
      lexer.next()
      throw lexer.failure(`Expected include value but found ${refused}`)
    }
    if (char === '"' || char === "'") {
      lexer.next()
      const end_message = `Unexpected EOF in ${char === '"' ? 'double ' : ''}quoted include`
      return lexer.quoted(char, false, end_message)
    }
    let path = ''
    while (
      !is_blank(lexer.peek()) && !is_newline(lexer.peek()) && lexer.peek() !== END && !';}'.includes(lexer.peek())
    ) {
      const next = lexer.next()
      if (next === "'") break
      path += next
    }
    return path
  }

  /** What `$name` stands for: an earlier key of the maps around, else the environment. */
  #variable(name: string, position: Position): Value {
    // A bcrypt hash looks like a variable.
    if (name.startsWith('2a$')) return { kind: 'string', value: `$${name}`, position, used: false }
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const found = this.#in_environment ? undefined : this.#scopes[i].get(name)
      if (!found) continue
      found.used = true
      return { ...found, position, used: false }
    }
    const reference = `variable reference for '${name}' on line ${this.#lexer.line}`
    const environment = this.#surroundings.environment
    const text = Object.hasOwn(environment, name) ? environment[name] : undefined
    if (text === undefined) throw new SyntaxFailure(`${reference} can not be found`)
    const trail = this.#in_environment ? this.#trail : []
    try {
      if (trail.includes(name)) throw new SyntaxFailure(`variable reference cycle for '${name}'`)
      const parser = new Parser(
        `pk=${text === '' ? "''" : text}`,
        this.#file,
        this.#surroundings,
        [...trail, name],
        true,
      )
      const found = parser.parse().get('pk')
      if (!found) throw new SyntaxFailure('it has no value')
      return { ...found, position, used: false, environment: name }
    } catch (error) {
      if (error instanceof SyntaxFailure) throw new SyntaxFailure(`${reference} could not be parsed: ${error.message}`)
      throw error
    }
  }
}

const INCLUDE_REFUSED: Readonly<Record<string, string>> = Object.freeze({
  '[': 'start of an array',
  '{': 'start of a map',
  '(': 'start of a block',
  '\\': 'escape sequence',
  '\n': 'new line',
  '\r': 'new line',
})

export { SyntaxFailure } from './lexer.ts'
