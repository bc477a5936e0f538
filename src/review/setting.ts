// One line or block of a configuration as it is in force: what a file would say, and where it was said.
import type { Origin } from './origin.ts'

/** A number is an integer. */
export type Scalar = string | number | boolean

export interface Setting {
  readonly key: string
  readonly body: Body
  readonly origin: Origin
}

export interface Item {
  readonly value: Scalar
  /** What is shown in its place where secrets are not. */
  readonly masked?: string
  readonly origin: Origin
}

export type Body =
  | { readonly kind: 'one'; readonly value: Scalar; readonly masked?: string }
  /** A list in one line. */
  | { readonly kind: 'row'; readonly values: readonly Scalar[] }
  /** A list in several: each has an origin of its own. */
  | { readonly kind: 'list'; readonly items: readonly Item[] }
  | { readonly kind: 'map'; readonly entries: readonly Setting[] }
  | { readonly kind: 'maps'; readonly items: readonly (readonly Setting[])[] }
  /** No file can say it, or none has to: what it is, in words. */
  | { readonly kind: 'unsaid'; readonly note: string }

export const REDACTED = '[REDACTED]'

export const one = (key: string, value: Scalar, origin: Origin): Setting => ({
  key,
  body: { kind: 'one', value },
  origin,
})

export const secret = (key: string, value: string, origin: Origin, masked = REDACTED): Setting => ({
  key,
  // Nothing is no secret.
  body: value === '' ? { kind: 'one', value } : { kind: 'one', value, masked },
  origin,
})

export const row = (key: string, values: readonly Scalar[], origin: Origin): Setting => ({
  key,
  body: { kind: 'row', values },
  origin,
})

export const map = (key: string, entries: readonly Setting[], origin: Origin): Setting => ({
  key,
  body: { kind: 'map', entries },
  origin,
})

export const maps = (key: string, items: readonly (readonly Setting[])[], origin: Origin): Setting => ({
  key,
  body: { kind: 'maps', items },
  origin,
})

export const unsaid = (key: string, note: string, origin: Origin): Setting => ({
  key,
  body: { kind: 'unsaid', note },
  origin,
})

/** Whether somebody has said it, or a part of it. */
export function is_said({ body, origin }: Setting): boolean {
  if (body.kind === 'map') return origin.is_said || body.entries.some(is_said)
  return origin.is_said
}

/** What somebody has said; what is as it is by default is left out. */
export function said_only(settings: readonly Setting[]): Setting[] {
  return settings.filter(is_said).map(({ key, body, origin }) => {
    if (body.kind === 'map') return { key, body: { ...body, entries: said_only(body.entries) }, origin }
    if (body.kind === 'maps') return { key, body: { ...body, items: body.items.map(said_only) }, origin }
    return { key, body, origin }
  })
}

/** User and password of a URL, masked. */
export function masked_url(url: string): string {
  return url.replace(/^([^/]*\/\/)[^/]*@/, `$1${REDACTED}@`)
}
