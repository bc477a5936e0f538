// Query parameters as Go reads them: the first occurrence counts, pairs it can not decode do not exist.

/** A parameter that can not be used: answered with 400 and the message. */
export class ParameterError extends Error {
  override name = 'ParameterError'
}

/** 'none', plain subjects, or one object per subscription. */
export type SubscriptionDetail = 'none' | 'subjects' | 'detail'
/** By the number that stands for them in the system account. */
export const CONNECTION_STATES = Object.freeze(['open', 'closed', 'all'] as const)
export type ConnectionState = typeof CONNECTION_STATES[number]

const TRUE_WORDS: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const FALSE_WORDS: ReadonlySet<string> = new Set(['', '0', 'f', 'F', 'FALSE', 'false', 'False'])
const INT_MAX = 2n ** 63n - 1n
const UINT_MAX = 2n ** 64n - 1n

/** The parameters of one request. Readers throw ParameterError; a missing parameter reads like an empty one. */
export class Parameters {
  readonly #values: Map<string, string> = new Map()

  /** Takes what stands behind the question mark. */
  constructor(query: string) {
    for (const pair of query.split('&')) {
      // Go drops pairs with a semicolon, which once was a separator too.
      if (pair === '' || pair.includes(';')) continue
      const equals = pair.indexOf('=')
      const key = decode(equals < 0 ? pair : pair.slice(0, equals))
      const value = decode(equals < 0 ? '' : pair.slice(equals + 1))
      if (key !== null && value !== null && !this.#values.has(key)) this.#values.set(key, value)
    }
  }

  /** Those of a request that does not come over HTTP. */
  static of(values: Readonly<Record<string, string>>): Parameters {
    const parameters = new Parameters('')
    for (const [name, value] of Object.entries(values)) parameters.#values.set(name, value)
    return parameters
  }

  text(name: string): string {
    return this.#values.get(name) ?? ''
  }

  bool(name: string): boolean {
    const value = this.text(name)
    if (TRUE_WORDS.has(value)) return true
    if (FALSE_WORDS.has(value)) return false
    throw new ParameterError(
      `Error decoding boolean for '${name}': strconv.ParseBool: parsing ${quote(value)}: invalid syntax`,
    )
  }

  /** A signed integer; 0 if missing. */
  int(name: string): number {
    const value = this.text(name)
    if (value === '') return 0
    const fault = integer_fault(value, /^[+-]?\d+$/, -INT_MAX - 1n, INT_MAX)
    if (fault === '') return Number(value)
    throw new ParameterError(`Error decoding int for '${name}': strconv.Atoi: parsing ${quote(value)}: ${fault}`)
  }

  /** An unsigned integer; 0 if missing. */
  unsigned(name: string): number {
    const value = this.text(name)
    if (value === '') return 0
    const fault = integer_fault(value, /^\d+$/, 0n, UINT_MAX)
    if (fault === '') return Number(value)
    throw new ParameterError(
      `Error decoding uint64 for '${name}': strconv.ParseUint: parsing ${quote(value)}: ${fault}`,
    )
  }

  subscriptions(): SubscriptionDetail {
    if (this.text('subs').toLowerCase() === 'detail') return 'detail'
    return this.bool('subs') ? 'subjects' : 'none'
  }

  state(): ConnectionState {
    const value = this.text('state')
    switch (value.toLowerCase()) {
      case '':
      case 'open':
        return 'open'
      case 'closed':
        return 'closed'
      case 'any':
      case 'all':
        return 'all'
    }
    throw new ParameterError(`Error decoding state for ${value}`)
  }
}

/** Part of a list. */
export interface Page {
  offset: number
  limit: number
}

const LIMIT_DEFAULT = 1024

/** The page that offset and limit ask for: negative offsets are 0, limits below 1 the default. */
export function page_of(offset: number, limit: number): Page {
  return { offset: Math.max(0, offset), limit: limit > 0 ? limit : LIMIT_DEFAULT }
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}

function integer_fault(value: string, form: RegExp, min: bigint, max: bigint): string {
  if (!form.test(value)) return 'invalid syntax'
  const integer = BigInt(value.replace(/^\+/, ''))
  return integer < min || integer > max ? 'value out of range' : ''
}

/** Go's %q for text: JSON's quoting differs only for control characters. */
function quote(value: string): string {
  return JSON.stringify(value).replace(/\\u00([0-9a-f]{2})/g, '\\x$1').replace(/\x7f/g, '\\x7f')
}
