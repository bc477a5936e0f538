// From one subject to another: a destination whose tokens refer to the wildcards of a source (reference client.md 5.10). Subjects are
// latin1, as on the wire.
import { fnv1a, latin1_bytes } from '../base/bytes.ts'
import type { Random } from '../base/prng.ts'

/** What is wrong with a source or a destination. */
export class TransformError extends Error {
  override name = 'TransformError'
}

export interface Transform {
  /** The result may be another one every time. */
  readonly draws_lots: boolean
  /** The subject that comes out of the tokens of one that the source matches. */
  map(tokens: readonly string[], random: Random): string
}

/** One token of the destination. `tokens`: those of the subject. */
type Part = (tokens: readonly string[], random: Random) => string

/** `source_places[n - 1]`: where the source has its n-th `*`. */
type MakePart = (args: readonly string[], source_places: readonly number[]) => Part

const INT32_MAX = 0x7fffffff
/** Functions that need no wildcard of the source. */
const WITHOUT_WILDCARDS = ['partition', 'random']
const RANDOM = /^\{\{\s*random\b/i

function refuse(reason: string, token: string): never {
  throw new TransformError(`invalid mapping destination: ${reason} in ${token}`)
}

/** Throws TransformError. A text of the configuration has to be made latin1 before. */
export function make_transform(source: string, destination: string): Transform {
  const source_tokens = source.split('.'), tokens = destination.split('.')
  const has_rest = source_tokens[source_tokens.length - 1] === '>'
  const odd = odd_token(tokens)
  if (odd !== undefined) {
    throw new TransformError(`invalid mapping destination: invalid transform${odd === '' ? '' : ` in ${odd}`}`)
  }
  if (!is_subject(source_tokens)) throw new TransformError('invalid subject')
  if (tokens.includes('*') || has_rest !== (tokens[tokens.length - 1] === '>')) {
    throw new TransformError('invalid subject')
  }
  const places = [...source_tokens.keys()].filter((place) => source_tokens[place] === '*')
  const rest_place = source_tokens.length - 1
  const parts = (has_rest ? tokens.slice(0, -1) : tokens).map((token) => make_part(token, places, has_rest))
  return {
    draws_lots: tokens.some((token) => RANDOM.test(token)),
    map(subject, random) {
      const made = parts.map((part) => part(subject, random))
      return (has_rest ? [...made, ...subject.slice(rest_place)] : made).join('.')
    },
  }
}

/** The destination that leaves a subject of the source as it is. */
export function identity_destination(source: string): string {
  let place = 0
  return source.split('.').map((token) => token === '*' ? `$${++place}` : token).join('.')
}

/** Whether tokens make a subject, wildcards allowed. */
export function is_subject(tokens: readonly string[]): boolean {
  return odd_token(tokens) === undefined
}

/** The first token that is empty, or stands behind a `>`. */
function odd_token(tokens: readonly string[]): string | undefined {
  return tokens.find((token, i) => token === '' || tokens[i - 1] === '>')
}

function make_part(token: string, places: readonly number[], has_rest: boolean): Part {
  const [name, args] = call_of(token)
  if (name === null) return () => token
  if (!Object.hasOwn(FUNCTIONS, name)) refuse('unknown function', token)
  if (places.length === 0 && !has_rest && !WITHOUT_WILDCARDS.includes(name)) {
    refuse('wildcard index out of range', token)
  }
  try {
    return FUNCTIONS[name](args, places)
  } catch (error) {
    if (error instanceof ArgumentError) refuse(error.message, `${token}${error.detail}`)
    throw error
  }
}

/** The function that a token calls, and with what; null: it stands for itself. */
function call_of(token: string): [name: string | null, args: string[]] {
  const dollar = /^\$([+-]?\d+)$/.exec(token)
  if (dollar !== null) return ['wildcard', [dollar[1]]]
  const called = /^\{\{(.*)\}\}$/s.exec(token)
  if (called !== null) {
    const [, name = '', args = ''] = /^\s*([A-Za-z]+)\s*\((.*)\)\s*$/s.exec(called[1]) ?? []
    return [name.toLowerCase(), args.split(',')]
  }
  if (/[ \t\n\r\f]/.test(token)) throw new TransformError('invalid mapping destination: invalid transform')
  return [null, []]
}

class ArgumentError extends Error {
  readonly detail: string
  constructor(reason: string, detail = '') {
    super(reason)
    this.detail = detail
  }
}

function check_count(args: readonly string[], count: number): void {
  if (args.length < count || args[0].trim() === '') {
    throw new ArgumentError('not enough arguments passed to the function')
  }
  if (args.length > count) throw new ArgumentError('too many arguments passed to the function')
}

function int_of(text: string): number {
  const value = Number(text.trim())
  if (/^\s*[+-]?\d+\s*$/.test(text) && Math.abs(value) <= INT32_MAX) return value
  throw new ArgumentError('function argument is invalid or in the wrong format')
}

/** The place of the wildcard whose number that is. */
function place_of(text: string, places: readonly number[]): number {
  const index = int_of(text), place = places[index - 1]
  if (place === undefined) throw new ArgumentError('wildcard index out of range', `: [${index}]`)
  return place
}

/** A function of one wildcard and a length: it cuts the token, or leaves it whole where the length is not within it. */
const cutting = (cut: (token: string, length: number) => string): MakePart => (args, places) => {
  check_count(args, 2)
  const place = place_of(args[0], places), length = int_of(args[1])
  return (tokens) => length > 0 && length < tokens[place].length ? cut(tokens[place], length) : tokens[place]
}

/** The pieces of a text, of the same length but for the first one, which has `first`. */
function slices(text: string, first: number, length: number): string {
  const pieces = first > 0 ? [text.slice(0, first)] : []
  for (let at = first; at < text.length; at += length) pieces.push(text.slice(at, at + length))
  return pieces.join('.')
}

const FUNCTIONS: Readonly<Record<string, MakePart>> = {
  wildcard(args, places) {
    check_count(args, 1)
    const place = place_of(args[0], places)
    return (tokens) => tokens[place]
  },
  /** A number below the first argument, always the same for the same tokens; of the whole subject if none is named. */
  partition([count, ...wildcards], places) {
    const buckets = int_of(count), chosen = wildcards.map((each) => place_of(each, places))
    return (tokens) => {
      const key = latin1_bytes(chosen.length === 0 ? tokens.join('.') : chosen.map((place) => tokens[place]).join(''))
      return buckets === 0 ? '0' : `${(fnv1a(key, 0, key.length) >>> 0) % (buckets >>> 0)}`
    }
  },
  random(args) {
    check_count(args, 1)
    const buckets = int_of(args[0])
    return (_tokens, random) => buckets > 0 ? `${random.below(buckets)}` : '0'
  },
  split(args, places) {
    check_count(args, 2)
    const place = place_of(args[0], places), delimiter = args[1]
    if (/[ .]/.test(delimiter)) throw new ArgumentError('function argument is invalid or in the wrong format')
    return (tokens) => tokens[place].split(delimiter).filter((piece) => piece !== '').join('.')
  },
  splitfromleft: cutting((token, length) => `${token.slice(0, length)}.${token.slice(length)}`),
  splitfromright: cutting((token, length) => `${token.slice(0, -length)}.${token.slice(-length)}`),
  left: cutting((token, length) => token.slice(0, length)),
  right: cutting((token, length) => token.slice(-length)),
  slicefromleft: cutting((token, length) => slices(token, 0, length)),
  slicefromright: cutting((token, length) => slices(token, token.length % length, length)),
}
