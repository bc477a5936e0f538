// The head of an HTTP/1.1 request (RFC 9112), as far as an upgrade to WebSocket needs it: who wants what, and the headers.

/** Of one request. */
export interface HttpHead {
  readonly method: string
  /** Without host and query. */
  readonly path: string
  /** Values by lower-case name, as they came. */
  readonly headers: ReadonlyMap<string, readonly string[]>
}

const CR = 13
const LF = 10
const REQUEST_LINE = /^([!#$%&'*+.^_`|~\w-]+) (\S+) HTTP\/1\.[01]$/
const FIELD = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([^\0\r]*?)[ \t]*$/
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i

/** Where the head ends that begins at bytes[0], -1 if it goes on behind `end`. `from`: what was looked at already. */
export function head_end(bytes: Uint8Array, from: number, end: number): number {
  for (let at = Math.max(from, 1); at < end; at++) {
    if (bytes[at] !== LF) continue
    if (bytes[at - 1] === LF || at > 2 && bytes[at - 1] === CR && bytes[at - 2] === LF) return at + 1
  }
  return -1
}

/** `text`: Latin-1, with the empty line at its end. Null: that is no HTTP/1 request. */
export function parse_head(text: string): HttpHead | null {
  const lines = text.split(/\r?\n/)
  const [, method, target] = lines[0].match(REQUEST_LINE) ?? []
  if (method === undefined) return null
  const headers = new Map<string, string[]>()
  for (const line of lines.slice(1, -2)) {
    const [, name, value] = line.match(FIELD) ?? []
    if (name === undefined) return null
    const key = name.toLowerCase(), values = headers.get(key)
    if (values === undefined) headers.set(key, [value])
    else values.push(value)
  }
  return { method, path: target.replace(ABSOLUTE, '').replace(/[?#].*/, ''), headers }
}

/** The first value of a header, '' if it is not there. */
export const header = ({ headers }: HttpHead, name: string): string => headers.get(name)?.[0] ?? ''

/** Whether one of the comma-separated values of a header is that token, whatever its case. */
export function header_has({ headers }: HttpHead, name: string, token: string): boolean {
  return (headers.get(name) ?? []).some((value) => value.split(',').some((part) => part.trim().toLowerCase() === token))
}

/** The cookies by name; of two with one name the last. */
export function cookies({ headers }: HttpHead): Map<string, string> {
  const found = new Map<string, string>()
  for (const value of headers.get('cookie') ?? []) {
    for (const part of value.split(';')) {
      const [, name, raw] = part.match(/^\s*([^=\s]+)=(.*?)\s*$/) ?? []
      if (name !== undefined) found.set(name, raw.replace(/^"(.*)"$/, '$1'))
    }
  }
  return found
}
