// Users with keys, by the official package.
import { createUser } from '@nats-io/nkeys'

export interface KeyedUser {
  readonly public: string
  /** The signature of a text, as CONNECT carries it. */
  sign(text: string): string
}

export function make_user(): KeyedUser {
  const pair = createUser()
  const sign = (text: string) => Buffer.from(pair.sign(new TextEncoder().encode(text))).toString('base64url')
  return { public: pair.getPublicKey(), sign }
}
