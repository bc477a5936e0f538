// Names of servers: public Ed25519 keys as NATS writes them (reference client.md 5.6).
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const PREFIX_SERVER = 0x68

/** Who a server is, and what it can prove. */
export interface ServerKey {
  /** `N` and 55 more characters. */
  readonly id: string
  /** Its signature over the text, base64url. */
  sign(text: string): string
}

export function make_server_key(): ServerKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  return {
    id: encode_key(PREFIX_SERVER, spki.subarray(spki.length - 32)),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64url'),
  }
}

/** Base32 of prefix, key and CRC-16/XMODEM (little endian). */
export function encode_key(prefix: number, key: Uint8Array): string {
  const bytes = new Uint8Array(key.length + 3)
  bytes[0] = prefix
  bytes.set(key, 1)
  const crc = crc16(bytes.subarray(0, key.length + 1))
  bytes[key.length + 1] = crc & 255
  bytes[key.length + 2] = crc >>> 8
  return base32(bytes)
}

/** CRC-16/XMODEM. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff
  }
  return crc
}

function base32(bytes: Uint8Array): string {
  let text = '', value = 0, bits = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += ALPHABET[(value >>> bits) & 31]
    }
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** A random name of 22 characters, such as that of a cluster that was not given one. */
export function make_random_name(length = 22): string {
  let text = ''
  for (const byte of randomBytes(length)) text += BASE62[byte % BASE62.length]
  return text
}

/** 15 characters that nobody can guess (base64url of 11 random bytes). */
export function make_nonce(): string {
  return randomBytes(11).toString('base64url')
}
