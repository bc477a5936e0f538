// The words of a configuration file: characters, comments, strings, numbers, dates (reference ops.md 2.2 to 2.4).
// The text is handled as bytes (one latin1 character each), so columns and \xHH count bytes as nats-server does.

/** A text that breaks the grammar. The message is the whole line shown. */
export class SyntaxFailure extends Error {
  override name = 'SyntaxFailure'
}

/** What a word turned out to be. The text is still bytes; a variable's is without the `$`. */
export interface Word {
  readonly kind: 'string' | 'variable' | 'number' | 'float' | 'date' | 'bool'
  readonly text: string
}

/** Stands for the end of the file; a NUL byte counts as one. */
export const END = '\0'

/** What Unicode calls a space, in bytes. */
const SPACES = new Set([
  ...' \t\n\r\v\f',
  ...[...'\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000'].map(text_to_bytes),
])
for (let code = 0x2000; code <= 0x200a; code++) SPACES.add(text_to_bytes(String.fromCharCode(code)))

export const is_blank = (char: string): boolean => char === ' ' || char === '\t'
export const is_newline = (char: string): boolean => char === '\n' || char === '\r'
export const is_space = (char: string): boolean => SPACES.has(char)
export const is_digit = (char: string): boolean => char >= '0' && char <= '9'
export const is_separator = (char: string): boolean => char === '=' || char === ':'

const TRUE_WORDS = ['true', 'yes', 'on']
const BOOLEANS: ReadonlySet<string> = new Set([...TRUE_WORDS, 'false', 'no', 'off'])
/** What a word of the kind `bool` says. */
export const is_true = (word: string): boolean => TRUE_WORDS.includes(word.toLowerCase())

const ESCAPES: Readonly<Record<string, string>> = Object.freeze({ t: '\t', n: '\n', r: '\r', '"': '"', '\\': '\\' })
const ESCAPES_ALLOWED = String.raw`Only the following escape characters are allowed: \xXX, \t, \n, \r, \", \\.`
const SIZE_LETTERS = 'kmgtpeKMGTPE'
const DATE_REST = '00-00T00:00:00Z'

/** A cursor over the text of one file. */
export class Lexer {
  readonly text: string
  at = 0
  line = 1
  /** Where the line begins: at its newline, or at 0 for the first, which makes columns as nats-server counts them. */
  line_start = 0

  constructor(text: string) {
    this.text = text
  }

  get column(): number {
    return this.at - this.line_start
  }

  /** The character at the cursor, with all its bytes. */
  peek(): string {
    return this.at < this.text.length ? character_at(this.text, this.at) : END
  }

  next(): string {
    if (this.at >= this.text.length) return END
    const char = character_at(this.text, this.at)
    if (char === '\n') {
      this.line++
      this.line_start = this.at
    }
    this.at += char.length
    return char
  }

  at_end(): boolean {
    return this.at >= this.text.length
  }

  /** An error at the cursor. A newline that was just read already counts. */
  failure(message: string): SyntaxFailure {
    return new SyntaxFailure(`Parse error on line ${this.line}: '${message}'`)
  }

  /** A character as errors show it. At the end of the file there is none. */
  shown(char: string): string {
    if (char === '\n') return '\\n'
    return char === END && this.at_end() ? 'EOF' : bytes_to_text(char)
  }

  skip_spaces(): void {
    while (is_space(this.peek())) this.next()
  }

  skip_blanks(): void {
    while (is_blank(this.peek())) this.next()
  }

  /** Skips `#...` or `//...` at the cursor, up to its newline. Whether there was one. */
  skip_comment(): boolean {
    if (this.peek() !== '#' && !this.text.startsWith('//', this.at)) return false
    while (!is_newline(this.peek()) && this.peek() !== END) this.next()
    return true
  }

  /** The rest of a text in quotes, whose opening one was read. `escapes` for double quotes. The cursor is behind it. */
  quoted(quote: string, escapes: boolean, end_message = 'Unexpected EOF.'): string {
    let text = ''
    for (;;) {
      const char = this.next()
      if (char === END) throw this.failure(end_message)
      if (char === quote) return text
      text += escapes && char === '\\' ? this.#escape() : char
    }
  }

  /** The rest of a block string: up to a `)` alone on its line. */
  block(): string {
    const start = this.at
    for (;;) {
      const char = this.next()
      if (char === END) throw this.failure('Unexpected EOF processing block.')
      if (char !== ')' || this.text[this.at - 2] !== '\n') continue
      if (this.peek() === '\n' || this.peek() === END) return this.text.slice(start, this.at - 1)
    }
  }

  /** A bare word: string, boolean or variable. `begun` is what number() read of it already. */
  bare(begun = ''): Word {
    let text = begun
    let escaped = false
    for (;;) {
      const char = this.peek()
      if (this.#ends_word(char)) break
      this.next()
      if (char === "'") return { kind: 'string', text }
      if (char === '\\') {
        escaped = true
        text += this.#escape()
      } else text += char
    }
    if (escaped || begun !== '') return { kind: 'string', text }
    const word = text.toLowerCase()
    if (BOOLEANS.has(word)) return { kind: 'bool', text }
    return text.startsWith('$') ? { kind: 'variable', text: text.slice(1) } : { kind: 'string', text }
  }

  #ends_word(char: string): boolean {
    return is_blank(char) || is_newline(char) || char === END || ';,]}'.includes(char)
  }

  /** A word that begins with a digit. */
  number(): Word {
    const digits = this.#digits()
    const char = this.peek()
    if (char === '-') {
      this.next()
      if (digits.length !== 4) throw this.failure('All ISO8601 dates must be in full Zulu form.')
      return { kind: 'date', text: `${digits}-${this.#date_rest()}` }
    }
    if (char === '.') return this.#fraction(digits)
    return this.#sized(digits)
  }

  /** A word that begins with a minus, which was read. */
  negative(): Word {
    const char = this.next()
    if (char === '.') throw this.failure("Floats must start with a digit, not '.'.")
    if (!is_digit(char)) throw this.failure(`Expected a digit but got '${this.shown(char)}'.`)
    const digits = `-${char}${this.#digits()}`
    if (this.peek() === '.') return this.#fraction(digits)
    return SIZE_LETTERS.includes(this.peek()) ? this.#sized(digits) : { kind: 'number', text: digits }
  }

  #digits(): string {
    let digits = ''
    while (is_digit(this.peek())) digits += this.next()
    return digits
  }

  /** Digits with an optional size suffix. Whatever else follows makes it a string, and is part of it. */
  #sized(digits: string): Word {
    let text = digits
    if (this.peek() === END || !SIZE_LETTERS.includes(this.peek())) {
      return this.#ends_word(this.peek()) ? { kind: 'number', text } : this.bare(text + this.next())
    }
    text += this.next()
    while (this.peek() !== END && 'bBiI'.includes(this.peek())) text += this.next()
    return this.#ends_word(this.peek()) && is_size(text) ? { kind: 'number', text } : this.bare(text)
  }

  /** The digits behind a point; a second point makes it an address. */
  #fraction(digits: string): Word {
    this.next()
    const first = this.next()
    if (!is_digit(first)) {
      throw this.failure(`Floats must have a digit after the '.', but got '${this.shown(first)}' instead.`)
    }
    let text = `${digits}.${first}${this.#digits()}`
    if (this.peek() !== '.') return { kind: 'float', text }
    while (is_digit(this.peek()) || '.:-'.includes(this.peek())) text += this.next()
    return { kind: 'string', text }
  }

  #date_rest(): string {
    let text = ''
    for (const expected of DATE_REST) {
      const char = this.next()
      if (expected === '0' && !is_digit(char)) {
        throw this.failure(`Expected digit in ISO8601 datetime, but found '${this.shown(char)}' instead.`)
      }
      if (expected !== '0' && char !== expected) {
        throw this.failure(`Expected '${expected}' in ISO8601 datetime, but found '${this.shown(char)}' instead.`)
      }
      text += char
    }
    return text
  }

  #escape(): string {
    const char = this.next()
    if (char === 'x') return this.#hexadecimal()
    if (Object.hasOwn(ESCAPES, char)) return ESCAPES[char]
    throw this.failure(`Invalid escape character '${this.shown(char)}'. ${ESCAPES_ALLOWED}`)
  }

  #hexadecimal(): string {
    for (let i = 0; i < 2; i++) {
      if (is_newline(this.next())) {
        throw this.failure("Expected two hexadecimal digits after '\\x', but hit end of line")
      }
    }
    const digits = this.text.slice(this.at - 2, this.at)
    if (/^[0-9a-fA-F]{2}$/.test(digits)) return String.fromCharCode(parseInt(digits, 16))
    throw this.failure(`Expected two hexadecimal digits after '\\x', but got '${digits}'`)
  }
}

function is_size(text: string): boolean {
  return /^-?\d+([kmgtpe](b|i|ib)?)?$/i.test(text)
}

/** What one character of UTF-8 takes. */
function character_at(text: string, at: number): string {
  const lead = text.charCodeAt(at)
  if (lead < 0xc2) return text[at]
  return text.slice(at, at + (lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4))
}

/** The text that latin1 bytes spell in UTF-8. */
export function bytes_to_text(bytes: string): string {
  for (let i = 0; i < bytes.length; i++) {
    if (bytes.charCodeAt(i) >= 0x80) return Buffer.from(bytes, 'latin1').toString('utf8')
  }
  return bytes
}

/** The UTF-8 bytes of a text, one latin1 character each. */
export function text_to_bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
