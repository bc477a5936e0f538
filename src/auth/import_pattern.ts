// One import as a pair of patterns: the remote subject in the exporting account, and the local one by which the importer knows it
// (reference client.md 5.9). Subjects are latin1, as on the wire, in tokens.
import { TransformError } from './transform.ts'

export type Tokens = readonly string[]

export class ImportPattern {
  /** With `*` and `>` where there are wildcards. */
  readonly local: Tokens
  readonly remote: Tokens
  /** By the number of a remote `*`, from 0: where it is in the local pattern, and in the remote one. */
  readonly #local_places: number[] = []
  readonly #remote_places: number[] = []
  readonly #has_rest: boolean

  /** `local`: its wildcards are `*`, in the order of the remote ones, or `$n`. Throws TransformError. */
  constructor(remote: string, local: string) {
    this.remote = remote.split('.')
    const tokens = local.split('.')
    this.#has_rest = this.remote[this.remote.length - 1] === '>'
    if (this.#has_rest !== (tokens[tokens.length - 1] === '>')) throw new TransformError('invalid subject')
    for (const [place, token] of this.remote.entries()) if (token === '*') this.#remote_places.push(place)
    let in_order = 0
    this.local = tokens.map((token, place) => {
      const number = token === '*'
        ? ++in_order
        : Number(/^(?:\$|\{\{\s*wildcard\()(\d+)(?:\)\s*\}\})?$/i.exec(token)?.[1] ?? 0)
      if (number === 0 && token !== '$0') return token
      if (number < 1 || number > this.#remote_places.length) {
        throw new TransformError(`invalid mapping destination: wildcard index out of range in ${token}: [${number}]`)
      }
      this.#local_places[number - 1] ??= place
      return '*'
    })
    if (this.#remote_places.some((_, number) => this.#local_places[number] === undefined)) {
      throw new TransformError(`invalid mapping destination: not using all of the token wildcard(s) in ${local}`)
    }
  }

  /** What the exporter calls a subject, or a pattern, that is within the local one. */
  to_remote(local: Tokens): string {
    return this.#translate(this.remote, this.#remote_places, local, this.#local_places, this.local.length - 1)
  }

  /** What the importer calls a subject that is within the remote one. */
  to_local(remote: Tokens): string {
    return this.#translate(this.local, this.#local_places, remote, this.#remote_places, this.remote.length - 1)
  }

  #translate(
    pattern: Tokens,
    places: Tokens | number[],
    from: Tokens,
    from_places: number[],
    rest_place: number,
  ): string {
    const made = [...pattern]
    for (const [number, place] of (places as number[]).entries()) made[place] = from[from_places[number]]
    return (this.#has_rest ? [...made.slice(0, -1), ...from.slice(rest_place)] : made).join('.')
  }
}

/** What is in both patterns; null: nothing. */
export function intersection(a: Tokens, b: Tokens): string[] | null {
  const common: string[] = []
  for (let i = 0; i < a.length || i < b.length; i++) {
    if (i >= a.length || i >= b.length) return null
    if (a[i] === '>') return [...common, ...b.slice(i)]
    if (b[i] === '>') return [...common, ...a.slice(i)]
    if (a[i] !== '*' && b[i] !== '*' && a[i] !== b[i]) return null
    common.push(a[i] === '*' ? b[i] : a[i])
  }
  return common
}

/** Whether everything in the pattern `inner` is in `outer`. */
export function is_within(inner: Tokens, outer: Tokens): boolean {
  for (let i = 0; i < outer.length; i++) {
    if (outer[i] === '>') return inner.length > i
    if (i >= inner.length || inner[i] === '>') return false
    if (outer[i] !== '*' && outer[i] !== inner[i]) return false
  }
  return inner.length === outer.length
}
