// Where an account's messages go instead of where they were published to (reference client.md 5.10).
import { latin1_bytes, wire_text } from '../base/bytes.ts'
import type { Random } from '../base/prng.ts'
import { identity_destination, make_transform, type Transform, TransformError } from './transform.ts'

export interface MappingDestination {
  subject: string
  /** Of 100. */
  weight: number
  /** Only for servers of that cluster; absent: for all for which nothing else is said. */
  cluster?: string
}

/** Plain data: it crosses threads. */
export interface MappingSettings {
  source: string
  destinations: MappingDestination[]
}

/** A destination, and up to where of 100 a lot falls on it. */
interface Choice {
  readonly transform: Transform
  readonly below: number
}

interface Mapping {
  readonly tokens: readonly string[]
  /** By cluster; '' for all others. */
  readonly choices: ReadonlyMap<string, readonly Choice[]>
}

const WHOLE = 100

/** Those of one account. */
export class SubjectMappings {
  readonly #mappings: Mapping[]

  constructor(settings: readonly MappingSettings[]) {
    this.#mappings = settings.map(make_mapping)
  }

  /** What the first one that matches makes of a subject (latin1 text) in that cluster; null: none does. */
  find(subject: string, cluster: string): MappedSubject | null {
    const tokens = subject.split('.')
    const found = this.#mappings.find((mapping) => matches(mapping.tokens, tokens))
    return found === undefined ? null : new MappedSubject(tokens, found.choices.get(cluster) ?? found.choices.get('')!)
  }
}

/** A subject with its destinations. */
export class MappedSubject {
  readonly #tokens: readonly string[]
  readonly #choices: readonly Choice[]
  /** All messages go to the same one. */
  readonly #is_constant: boolean
  #last: Uint8Array | null = null

  constructor(tokens: readonly string[], choices: readonly Choice[]) {
    this.#tokens = tokens
    this.#choices = choices
    this.#is_constant = choices.length === 1 && choices[0].below === WHOLE && !choices[0].transform.draws_lots
  }

  /** Where the next message goes; null: nowhere. */
  next(random: Random): Uint8Array | null {
    if (this.#is_constant && this.#last !== null) return this.#last
    const lot = random.next() * WHOLE
    const choice = this.#choices.find(({ below }) => lot < below)
    return this.#last = choice === undefined ? null : latin1_bytes(choice.transform.map(this.#tokens, random))
  }
}

/** Whether the destinations of a source can be used together. Throws TransformError if not. */
export function check_mapping({ source, destinations }: MappingSettings): void {
  const subjects = new Set<string>(), weights = new Map<string, number>()
  for (const { subject, weight, cluster = '' } of destinations) {
    if (subjects.has(subject)) throw new TransformError(`duplicate entry for ${JSON.stringify(subject)}`)
    subjects.add(subject)
    const sum = (weights.get(cluster) ?? 0) + weight
    if (sum > WHOLE) throw new TransformError(`total weight needs to be <= ${WHOLE}`)
    weights.set(cluster, sum)
    make_transform(wire_text(source), wire_text(subject))
  }
}

function make_mapping({ source, destinations }: MappingSettings): Mapping {
  const pattern = wire_text(source)
  const clusters = new Set(['', ...destinations.map(({ cluster = '' }) => cluster)])
  const is_lossy = destinations.some(({ subject }) => subject === source)
  const choices = new Map([...clusters].map((name) => {
    const own = destinations.filter(({ cluster = '' }) => cluster === name)
    return [name, make_choices(pattern, own, is_lossy)] as const
  }))
  return { tokens: pattern.split('.'), choices }
}

/** What is missing to the whole stays as it was, unless the source is named itself: then it is lost. */
function make_choices(source: string, destinations: readonly MappingDestination[], is_lossy: boolean): Choice[] {
  let below = 0
  const choices = destinations.map(({ subject, weight }) => {
    const transform = make_transform(source, wire_text(subject))
    return { transform, below: below += weight }
  })
  if (below < WHOLE && !is_lossy) {
    choices.push({ transform: make_transform(source, identity_destination(source)), below: WHOLE })
  }
  return choices
}

function matches(pattern: readonly string[], tokens: readonly string[]): boolean {
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === '>') return tokens.length > i
    if (i >= tokens.length || pattern[i] !== '*' && pattern[i] !== tokens[i]) return false
  }
  return tokens.length === pattern.length
}
