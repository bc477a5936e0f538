// Who may look at the monitoring port, where the options name a user: HTTP's basic authentication.
import { Buffer } from 'node:buffer'
import { createHash, timingSafeEqual } from 'node:crypto'
import { is_bcrypt } from '../auth/bcrypt.ts'
import type { Doorkeeper } from './http.ts'

export interface BasicAuthContext {
  /** Looked into each time: a reload may change them. No user: everybody may look. The password as it is, or a bcrypt hash. */
  readonly options: Readonly<{ http_user: string; http_password: string }>
  /** Whether a password is that of a hash. Rejects where too many wait already. */
  check_hash(password: string, hash: string): Promise<boolean>
}

/** What asks for a user's name tells nothing but that the server is well, so probes need none. */
const OPEN_TO_ALL = '/healthz'

export function make_basic_auth(context: BasicAuthContext): Doorkeeper {
  /** Of what was right last: a hash is not compared for every look. */
  let admitted = ''
  return {
    async admits(path, authorization) {
      const { http_user, http_password } = context.options
      if (path === OPEN_TO_ALL || http_user === '') return true
      if (authorization === undefined) return false
      const digest = digest_of(`${http_user}\n${http_password}\n${authorization}`)
      if (digest === admitted) return true
      if (!await is_right(read_basic(authorization), context)) return false
      admitted = digest
      return true
    },
  }
}

async function is_right(
  given: { user: string; password: string } | null,
  { options: { http_user, http_password }, check_hash }: BasicAuthContext,
): Promise<boolean> {
  if (given === null || !is_same(given.user, http_user)) return false
  if (!is_bcrypt(http_password)) return is_same(given.password, http_password)
  // Too many at once: whoever it is may come again.
  return await check_hash(given.password, http_password).catch(() => false)
}

/** Null: the header is of another kind. */
export function read_basic(header: string): { user: string; password: string } | null {
  const encoded = /^basic +([A-Za-z0-9+/]+=*) *$/i.exec(header)?.[1]
  if (encoded === undefined) return null
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

const digest_of = (text: string): string => createHash('sha256').update(text).digest('hex')

/** In a time that tells nothing of how much was right. */
const is_same = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(digest_of(a)), Buffer.from(digest_of(b)))
