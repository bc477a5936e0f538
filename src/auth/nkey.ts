// Public keys and signatures of users, as NATS writes them (reference client.md 5.6).
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { crc16, encode_key } from './server_key.ts'

const PREFIX_USER = 0xa0
const KEY_BYTES = 32
const KEY_CHARACTERS = 56
/** What stands before the 32 bytes of an Ed25519 key in the form that node:crypto reads (RFC 8410). */
const SPKI_HEAD = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00)

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Whether the text is the public key of a user: prefix, length and checksum are right. */
export function is_user_key(text: string): boolean {
  return decode_key(text, PREFIX_USER) !== null
}

/** Of operators, servers, clusters, accounts, users, and for sealing. */
const PUBLIC_PREFIXES = [0x70, 0x68, 0x10, 0x00, PREFIX_USER, 0xb8]

/** Whether the text is the public key of anybody. */
export function is_public_key(text: string): boolean {
  return PUBLIC_PREFIXES.some((prefix) => decode_key(text, prefix) !== null)
}

const PREFIX_SEED = 0x90
const SEED_CHARACTERS = 58

/** Whether the text is the seed of a user's key, from which everything else is made. */
export function is_user_seed(text: string): boolean {
  const bytes = text.length === SEED_CHARACTERS ? base32_decoded(text) : null
  if (bytes === null || (bytes[0] & 0xf8) !== PREFIX_SEED) return false
  if ((((bytes[0] & 7) << 5) | (bytes[1] >>> 3)) !== PREFIX_USER) return false
  const crc = crc16(bytes.subarray(0, KEY_BYTES + 2))
  return bytes[KEY_BYTES + 2] === (crc & 255) && bytes[KEY_BYTES + 3] === crc >>> 8
}

/** The 32 bytes of a key with that prefix; null: it is none. */
export function decode_key(text: string, prefix: number): Uint8Array | null {
  const bytes = text.length === KEY_CHARACTERS ? base32_decoded(text) : null
  if (bytes === null || bytes[0] !== prefix) return null
  const crc = crc16(bytes.subarray(0, KEY_BYTES + 1))
  if (bytes[KEY_BYTES + 1] !== (crc & 255) || bytes[KEY_BYTES + 2] !== crc >>> 8) return null
  return bytes.subarray(1, KEY_BYTES + 1)
}

/** Whether `signature` (base64url, or base64) is that of the user over the text. */
export function is_signed_by(user_key: string, text: string, signature: string): boolean {
  const key = decode_key(user_key, PREFIX_USER)
  return key !== null && signature !== '' && is_signed_with(key, text, signature)
}

/** The same by the public key of anybody. */
export function is_signed_by_anybody(public_key: string, text: string, signature: string): boolean {
  const prefix = PUBLIC_PREFIXES.find((each) => decode_key(public_key, each) !== null)
  return prefix !== undefined && is_signed_with(decode_key(public_key, prefix)!, text, signature)
}

/** The same by the 32 bytes of a key, whosever it is. */
export function is_signed_with(key: Uint8Array, text: string, signature: string): boolean {
  try {
    return verify(null, Buffer.from(text), public_key(key), Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}

function public_key(key: Uint8Array): KeyObject {
  const bytes = new Uint8Array(SPKI_HEAD.length + KEY_BYTES)
  bytes.set(SPKI_HEAD)
  bytes.set(key, SPKI_HEAD.length)
  return createPublicKey({ key: Buffer.from(bytes), format: 'der', type: 'spki' })
}

/** Null: a character that is none of base32's. No padding; bits that are left over must be zero. */
function base32_decoded(text: string): Uint8Array | null {
  const bytes = new Uint8Array((text.length * 5) >> 3)
  let value = 0, bits = 0, at = 0
  for (const character of text) {
    const digit = ALPHABET.indexOf(character)
    if (digit < 0) return null
    value = ((value << 5) | digit) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes[at++] = value >>> bits
  }
  return (value & ((1 << bits) - 1)) === 0 ? bytes : null
}

/** What stands before the 32 bytes of a private key in the form that node:crypto reads (RFC 8410). */
const PKCS8_HEAD = Uint8Array.of(
  0x30,
  0x2e,
  0x02,
  0x01,
  0,
  0x30,
  0x05,
  0x06,
  0x03,
  0x2b,
  0x65,
  0x70,
  0x04,
  0x22,
  0x04,
  0x20,
)

/** The public key of a user's seed, and what signs with it; null: it is no such seed. */
export function user_of_seed(seed: string): { readonly key: string; sign(text: string): string } | null {
  if (!is_user_seed(seed)) return null
  const raw = base32_decoded(seed)!.subarray(2, KEY_BYTES + 2)
  const private_key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, raw]), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(private_key).export({ type: 'spki', format: 'der' })
  return {
    key: encode_key(PREFIX_USER, spki.subarray(SPKI_HEAD.length)),
    sign: (text) => sign(null, Buffer.from(text), private_key).toString('base64url'),
  }
}
