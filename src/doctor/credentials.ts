// Who the doctor is towards servers: what CONNECT says for it.
import { user_of_seed } from '../auth/nkey.ts'
import type { UrlCredentials } from './target.ts'

/** All that there may be; what is not there is ''. */
export interface Credentials {
  readonly user: string
  readonly password: string
  readonly token: string
  /** A user token that an account has signed. */
  readonly jwt: string
  /** A user's seed: it signs what the server asks. */
  readonly seed: string
}

export const NO_CREDENTIALS: Credentials = Object.freeze({ user: '', password: '', token: '', jwt: '', seed: '' })

export const has_credentials = ({ user, token, seed }: Credentials): boolean =>
  user !== '' || token !== '' || seed !== ''

/** Of a URL, where a user without a password is a token. */
export function url_credentials({ user, password }: UrlCredentials): Credentials {
  return password === undefined ? { ...NO_CREDENTIALS, token: user } : { ...NO_CREDENTIALS, user, password }
}

/** Of a file as `nsc` writes it: a token and a seed, each between lines of dashes. Null: it is none. */
export function creds_file_credentials(text: string): Credentials | null {
  const parts = [...text.matchAll(/-----BEGIN ([A-Z ]+)-----\s*(\S+)\s*-+END [A-Z ]+-+/g)]
  const part = (name: RegExp) => parts.find(([, title]) => name.test(title))?.[2] ?? ''
  const jwt = part(/JWT/), seed = part(/SEED/)
  return jwt === '' || user_of_seed(seed) === null ? null : { ...NO_CREDENTIALS, jwt, seed }
}

/** Of a file with nothing but a seed. Null: it has none. */
export function seed_file_credentials(text: string): Credentials | null {
  const seed = text.split('\n').map((line) => line.trim()).find((line) => line.startsWith('SU')) ?? ''
  return user_of_seed(seed) === null ? null : { ...NO_CREDENTIALS, seed }
}

/** Fields of CONNECT. `nonce`: of INFO, '' if it has none. */
export function connect_fields({ user, password, token, jwt, seed }: Credentials, nonce: string) {
  const key = seed === '' ? null : user_of_seed(seed)
  return {
    ...(user !== '' && { user, pass: password }),
    ...(token !== '' && { auth_token: token }),
    ...(key !== null && nonce !== '' && { ...(jwt === '' ? { nkey: key.key } : { jwt }), sig: key.sign(nonce) }),
  }
}
