// The body of an answer as it leaves: as it is or compressed, whichever the browser takes, made once for all who ask.
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'

/** Less than that fits a packet or two. */
const COMPRESSED_FROM_BYTES = 1_400
const ETAG_LETTERS = 22

/** `best` is for what is compressed once, `quick` for what is made anew each time. */
const LEVELS = Object.freeze({ best: constants.Z_BEST_COMPRESSION, quick: constants.Z_BEST_SPEED })

export class EncodedBody {
  readonly plain: Uint8Array
  readonly #level: number
  #compressed: Promise<Uint8Array> | null = null
  #etag = ''

  constructor(plain: Uint8Array, level: keyof typeof LEVELS) {
    this.plain = plain
    this.#level = LEVELS[level]
  }

  /** Names these bytes. */
  get etag(): string {
    return this.#etag ||= `"${createHash('sha256').update(this.plain).digest('base64url').slice(0, ETAG_LETTERS)}"`
  }

  /** The bytes, and the headers that say what they are. */
  async for(headers: IncomingHttpHeaders): Promise<{ body: Uint8Array; headers: Record<string, string> }> {
    const vary = { Vary: 'Accept-Encoding' }
    if (this.plain.length < COMPRESSED_FROM_BYTES || !accepts_gzip(headers)) return { body: this.plain, headers: vary }
    this.#compressed ??= promisify(gzip)(this.plain, { level: this.#level })
    return { body: await this.#compressed, headers: { ...vary, 'Content-Encoding': 'gzip' } }
  }
}

export const text_body = (text: string, level: keyof typeof LEVELS): EncodedBody =>
  new EncodedBody(Buffer.from(text), level)

/** Whether the browser has the version with that name. */
export function has_version(headers: IncomingHttpHeaders, etag: string): boolean {
  const known = headers['if-none-match'] ?? ''
  return known.split(',').some((each) => each.trim().replace(/^W\//, '') === etag)
}

function accepts_gzip(headers: IncomingHttpHeaders): boolean {
  const accepted = String(headers['accept-encoding'] ?? '')
  return accepted.split(',').some((each) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(each))
}
