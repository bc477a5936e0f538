// Types of certificate.mjs, for the tests.

/** Both in PEM. */
export interface Pair {
  cert: string
  key: string
}

export function make_authority(about: { name: string; days: number; now_ms: number }): Pair
export function issue(about: {
  authority: Pair
  name: string
  hosts: string[]
  days: number
  now_ms: number
  email?: string[]
  uses?: ('server_auth' | 'client_auth')[]
}): Pair
