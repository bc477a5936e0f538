// INFO as the doctor reads it: any fields may be missing or of a wrong type.
import type { ServerSaid } from './facts.ts'

type Fields = Record<string, unknown>

const URLS_MAX = 1024

/** Null: the line is no INFO. */
export function read_info(line: string): { readonly fields: Fields; readonly server: ServerSaid } | null {
  if (!/^INFO\s/i.test(line)) return null
  const fields = read_object(line.slice(5))
  if (fields === null || text_of(fields.server_id) === '') return null
  return {
    fields,
    server: {
      id: text_of(fields.server_id),
      name: text_of(fields.server_name) || text_of(fields.server_id),
      version: text_of(fields.version),
      go: text_of(fields.go),
      cluster: text_of(fields.cluster),
      max_payload: number_of(fields.max_payload),
      connect_urls: texts_of(fields.connect_urls),
      ws_connect_urls: texts_of(fields.ws_connect_urls),
      is_lame_duck: fields.ldm === true,
      needs_login: fields.auth_required === true,
      needs_tls: fields.tls_required === true,
    },
  }
}

/** A JSON object, or null. */
export function read_object(text: string): Fields | null {
  try {
    return object_of(JSON.parse(text))
  } catch {
    return null
  }
}

export const object_of = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Fields : null

export const text_of = (value: unknown): string => typeof value === 'string' ? shown(value) : ''

export const number_of = (value: unknown): number => typeof value === 'number' ? value : 0

export const objects_of = (value: unknown): Fields[] =>
  Array.isArray(value) ? value.slice(0, URLS_MAX).map(object_of).filter((each) => each !== null) : []

export const texts_of = (value: unknown): string[] =>
  Array.isArray(value) ? value.slice(0, URLS_MAX).map(text_of).filter((text) => text !== '') : []

/** What another says must not move a terminal's cursor. */
// deno-lint-ignore no-control-regex
const shown = (text: string): string => text.slice(0, 256).replace(/[\x00-\x1f\x7f-\x9f]/g, '?')
