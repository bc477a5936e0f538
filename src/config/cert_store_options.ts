// The certificate store of Windows, of which a block tls { } may speak. What it says is checked, and there is no such store here.
import { without_effect } from './block.ts'
import type { Value } from './parser.ts'
import type { Problems } from './problems.ts'
import { string_of } from './rows.ts'
import { ValueError } from './values.ts'

export const STORE_FIELDS = [
  'cert_store',
  'cert_match_by',
  'cert_match',
  'ca_certs_match',
  'cert_match_skip_invalid',
] as const

const STORES = ['windowscurrentuser', 'windowslocalmachine']
const MATCHES = ['issuer', 'subject', 'thumbprint']

/** Throws ValueError. */
export function check_store_field(key: (typeof STORE_FIELDS)[number], value: Value, problems: Problems): void {
  switch (key) {
    case 'cert_store': {
      const is_known = STORES.includes(word_of(key, value))
      throw new ValueError(`cert${is_known ? '_store not compatible with current operating system' : NO_STORE}`)
    }
    case 'cert_match_by':
      if (!MATCHES.includes(word_of(key, value))) throw new ValueError('cert match by type not implemented')
      break
    case 'cert_match':
      word_of(key, value)
      break
    case 'ca_certs_match':
      if (value.kind === 'array') value.value.forEach(string_of)
      break
    case 'cert_match_skip_invalid':
      if (value.kind !== 'bool') throw new ValueError(`expected '${key}' to be a boolean`)
  }
  without_effect(key, value, problems)
}

const NO_STORE = ' store type not implemented'

function word_of(key: string, value: Value): string {
  if (value.kind === 'string' && value.value !== '') return value.value.toLowerCase()
  throw new ValueError(`expected '${key}' to be a valid non-empty string`)
}
