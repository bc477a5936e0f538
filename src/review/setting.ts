// One line or block of a configuration as it is in force: what a file would say, and where it was said.
import type { Place } from './place.ts'

/** A number is an integer. */
export type Scalar = string | number | boolean

export interface Setting {
  readonly key: string
  readonly body: Body
  readonly place: Place
}

export interface Item {
  readonly value: Scalar
  /** What is shown in its place where secrets are not. */
  readonly masked?: string
  readonly place: Place
}

export type Body =
  | { readonly kind: 'one'; readonly value: Scalar; readonly masked?: string }
  /** A list in one line. */
  | { readonly kind: 'row'; readonly values: readonly Scalar[] }
  /** A list in several: each has an place of its own. */
  | { readonly kind: 'list'; readonly items: readonly Item[] }
  | { readonly kind: 'map'; readonly entries: readonly Setting[] }
  | { readonly kind: 'maps'; readonly items: readonly (readonly Setting[])[] }
  /** No file can say it, or none has to: what it is, in words. */
  | { readonly kind: 'unsaid'; readonly note: string }

export const REDACTED = '[REDACTED]'

export const one = (key: string, value: Scalar, place: Place): Setting => ({
  key,
  body: { kind: 'one', value },
  place,
})

export const secret = (key: string, value: string, place: Place, masked = REDACTED): Setting => ({
  key,
  // Nothing is no secret.
  body: value === '' ? { kind: 'one', value } : { kind: 'one', value, masked },
  place,
})

export const row = (key: string, values: readonly Scalar[], place: Place): Setting => ({
  key,
  body: { kind: 'row', values },
  place,
})

export const map = (key: string, entries: readonly Setting[], place: Place): Setting => ({
  key,
  body: { kind: 'map', entries },
  place,
})

export const maps = (key: string, items: readonly (readonly Setting[])[], place: Place): Setting => ({
  key,
  body: { kind: 'maps', items },
  place,
})

export const unsaid = (key: string, note: string, place: Place): Setting => ({
  key,
  body: { kind: 'unsaid', note },
  place,
})

/** Whether somebody has said it, or a part of it. */
export function is_said({ body, place }: Setting): boolean {
  if (body.kind === 'map') return place.is_said || body.entries.some(is_said)
  return place.is_said
}

/** What somebody has said; what is as it is by default is left out. */
export function said_only(settings: readonly Setting[]): Setting[] {
  return settings.filter(is_said).map(({ key, body, place }) => {
    if (body.kind === 'map') return { key, body: { ...body, entries: said_only(body.entries) }, place }
    if (body.kind === 'maps') return { key, body: { ...body, items: body.items.map(said_only) }, place }
    return { key, body, place }
  })
}

/** User and password of a URL, masked. */
export function masked_url(url: string): string {
  return url.replace(/^([^/]*\/\/)[^/]*@/, `$1${REDACTED}@`)
}
