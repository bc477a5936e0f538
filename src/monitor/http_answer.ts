// What an endpoint gets of a request, and what it answers.
import type { IncomingHttpHeaders } from 'node:http'
import { json_text } from './json_text.ts'
import type { Parameters } from './parameters.ts'

const TEXT_TYPE = 'text/plain; charset=utf-8'
const HTML_TYPE = 'text/html; charset=utf-8'

export interface Answer {
  status: number
  headers: Record<string, string>
  body: string | Uint8Array
}

export type Endpoint = (parameters: Parameters, headers: IncomingHttpHeaders) => Promise<Answer>

export const text_answer = (status: number, body: string): Answer => ({
  status,
  headers: { 'Content-Type': TEXT_TYPE },
  body,
})

export const html_answer = (body: string): Answer => ({ status: 200, headers: { 'Content-Type': HTML_TYPE }, body })

/** JSON that any page may read. */
export const json_answer = (body: object, status = 200, compact = false): Answer => ({
  status,
  headers: { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'application/json' },
  body: json_text(body, compact),
})

/** Somewhere else. `location` is a URL. */
export function redirect_answer(location: string): Answer {
  const shown = location.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  const answer = html_answer(`<a href="${shown}">Temporary Redirect</a>.\n\n`)
  answer.status = 307
  answer.headers.Location = location
  return answer
}
