// Sealed messages between curve keys, as NATS writes them: `xkv1`, 24 bytes of nonce, and a box of X25519, XSalsa20 and Poly1305.
// node:crypto has the first; the other two are here, for messages of some kilobytes now and then.
import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { latin1_bytes } from '../base/bytes.ts'
import { decode_key } from './nkey.ts'
import { encode_key } from './server_key.ts'

const PREFIX_CURVE = 0xb8
const VERSION = latin1_bytes('xkv1')
const NONCE_BYTES = 24
const TAG_BYTES = 16
const KEY_BYTES = 32
/** What stands before the 32 bytes of an X25519 key in the forms that node:crypto reads (RFC 8410). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b656e04220420', 'hex')
const SPKI_HEAD = Buffer.from('302a300506032b656e032100', 'hex')

export const is_curve_key = (key: string): boolean => decode_key(key, PREFIX_CURVE) !== null

/** A key pair of this server. */
export class CurveKey {
  /** `X` and 55 more characters. */
  readonly public_key: string
  readonly #seed: Uint8Array

  /** `seed`: 32 bytes; made if it is not given. */
  constructor(seed?: Uint8Array) {
    const { privateKey } = generateKeyPairSync('x25519')
    this.#seed = seed ?? privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(PKCS8_HEAD.length)
    const spki = createPublicKey(this.#private()).export({ type: 'spki', format: 'der' })
    this.public_key = encode_key(PREFIX_CURVE, spki.subarray(SPKI_HEAD.length))
  }

  /** For whoever has the key behind `recipient`, a public one. */
  seal(message: Uint8Array, recipient: string, nonce: Uint8Array = randomBytes(NONCE_BYTES)): Uint8Array {
    const key = stream_key(this.#shared(recipient)!, nonce)
    const stream = salsa_stream(key, nonce.subarray(16), KEY_BYTES + message.length)
    const box = message.map((byte, i) => byte ^ stream[KEY_BYTES + i])
    return Buffer.concat([VERSION, nonce, poly1305(box, stream.subarray(0, KEY_BYTES)), box])
  }

  /** Null: it is not for us, not from `sender`, or not whole. */
  open(sealed: Uint8Array, sender: string): Uint8Array | null {
    const head = VERSION.length + NONCE_BYTES
    if (sealed.length < head + TAG_BYTES || Buffer.compare(sealed.subarray(0, VERSION.length), VERSION) !== 0) {
      return null
    }
    const shared = this.#shared(sender)
    if (shared === null) return null
    const nonce = sealed.subarray(VERSION.length, head)
    const tag = sealed.subarray(head, head + TAG_BYTES), box = sealed.subarray(head + TAG_BYTES)
    const stream = salsa_stream(stream_key(shared, nonce), nonce.subarray(16), KEY_BYTES + box.length)
    if (!timingSafeEqual(tag, poly1305(box, stream.subarray(0, KEY_BYTES)))) return null
    return Uint8Array.from(box, (byte, i) => byte ^ stream[KEY_BYTES + i])
  }

  #private() {
    return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, this.#seed]), format: 'der', type: 'pkcs8' })
  }

  #shared(other: string): Uint8Array | null {
    const bytes = decode_key(other, PREFIX_CURVE)
    if (bytes === null) return null
    const publicKey = createPublicKey({ key: Buffer.concat([SPKI_HEAD, bytes]), format: 'der', type: 'spki' })
    return diffieHellman({ privateKey: this.#private(), publicKey })
  }
}

// XSalsa20 ----------------------------------------------------------------------------------------------------------

/** "expand 32-byte k" */
const SIGMA = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]
const ROUNDS = 20
/** One round on columns, then on rows: of four words each, the one that changes and where the others stand to it. */
const QUARTERS = [[0, 4, 8, 12], [5, 9, 13, 1], [10, 14, 2, 6], [15, 3, 7, 11], [0, 1, 2, 3], [5, 6, 7, 4], [
  10,
  11,
  8,
  9,
], [15, 12, 13, 14]]

const words_of = (bytes: Uint8Array) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length >> 2 }, (_, i) => view.getUint32(4 * i, true))
}
const rotated = (word: number, bits: number) => (word << bits) | (word >>> (32 - bits))

function state_of(key: Uint8Array, input: Uint8Array): Int32Array {
  const k = words_of(key), n = words_of(input)
  return Int32Array.of(SIGMA[0], ...k.slice(0, 4), SIGMA[1], ...n, SIGMA[2], ...k.slice(4), SIGMA[3])
}

function mix(x: Int32Array): void {
  for (let round = 0; round < ROUNDS; round += 2) {
    for (const [a, b, c, d] of QUARTERS) {
      x[b] ^= rotated(x[a] + x[d], 7)
      x[c] ^= rotated(x[b] + x[a], 9)
      x[d] ^= rotated(x[c] + x[b], 13)
      x[a] ^= rotated(x[d] + x[c], 18)
    }
  }
}

/** HSalsa20. `input`: 16 bytes. */
function hsalsa(key: Uint8Array, input: Uint8Array): Uint8Array {
  const x = state_of(key, input)
  mix(x)
  return bytes_of([0, 5, 10, 15, 6, 7, 8, 9].map((i) => x[i]))
}

/** That of one message between two keys. */
const stream_key = (shared: Uint8Array, nonce: Uint8Array) =>
  hsalsa(hsalsa(shared, new Uint8Array(16)), nonce.subarray(0, 16))

/** Salsa20. `nonce`: 8 bytes. */
function salsa_stream(key: Uint8Array, nonce: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = []
  for (let block = 0; 64 * block < length; block++) {
    const start = state_of(key, Buffer.concat([nonce, bytes_of([block, 0])])), x = start.slice()
    mix(x)
    blocks.push(bytes_of(Array.from(x, (word, i) => word + start[i])))
  }
  return Buffer.concat(blocks, length)
}

function bytes_of(words: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * words.length))
  for (const [i, word] of words.entries()) view.setInt32(4 * i, word, true)
  return new Uint8Array(view.buffer)
}

// Poly1305 ----------------------------------------------------------------------------------------------------------

const PRIME = (1n << 130n) - 5n
const CLAMP = 0x0ffffffc0ffffffc0ffffffc0fffffffn

const number_of = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex') || '0'}`)

function poly1305(message: Uint8Array, key: Uint8Array): Uint8Array {
  const r = number_of(key.subarray(0, 16)) & CLAMP, s = number_of(key.subarray(16, 32))
  let sum = 0n
  for (let at = 0; at < message.length; at += 16) {
    const block = message.subarray(at, at + 16)
    sum = (sum + number_of(block) + (1n << BigInt(8 * block.length))) * r % PRIME
  }
  const tag = (sum + s) & ((1n << 128n) - 1n)
  return Buffer.from(tag.toString(16).padStart(32, '0'), 'hex').reverse()
}
