// Tokens for tests, signed by keys of the official package: right ones, and wrong ones that it would not write.
import { createAccount, createOperator, createUser, type KeyPair } from '@nats-io/nkeys'

export { createAccount, createOperator, createUser, type KeyPair }

/** Seconds since 1970 that tests count from. */
export const NOW_S = 1_700_000_000

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

export interface TokenOptions {
  /** Beside `nats`. */
  more?: Record<string, unknown>
  header?: Record<string, unknown>
  version?: 1 | 2
}

/** A token of that type, of version 2 unless said otherwise. */
export function token(
  type: string,
  issuer: KeyPair,
  subject: KeyPair | string,
  nats: Record<string, unknown> = {},
  { more = {}, header = {}, version = 2 }: TokenOptions = {},
): string {
  const head = encoded({ typ: 'JWT', alg: version === 2 ? 'ed25519-nkey' : 'ed25519', ...header })
  const body = encoded({
    ...{
      iss: issuer.getPublicKey(),
      sub: typeof subject === 'string' ? subject : subject.getPublicKey(),
      iat: NOW_S,
      name: 'name',
    },
    ...(version === 1 ? { type, nats } : { nats: { ...nats, type, version } }),
    ...more,
  })
  const signed = version === 1 ? body : `${head}.${body}`
  return `${head}.${body}.${Buffer.from(issuer.sign(new TextEncoder().encode(signed))).toString('base64url')}`
}

const NO_LIMITS = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 }

export const account_token = (
  operator: KeyPair,
  account: KeyPair,
  nats: Record<string, unknown> = {},
  options?: TokenOptions,
) => token('account', operator, account, { limits: NO_LIMITS, ...nats }, options)

export const user_token = (
  issuer: KeyPair,
  user: KeyPair,
  nats: Record<string, unknown> = {},
  options?: TokenOptions,
) => token('user', issuer, user, { pub: {}, sub: {}, subs: -1, data: -1, payload: -1, ...nats }, options)
