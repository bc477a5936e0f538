// WebSocket frames (RFC 6455, RFC 7692; reference client.md 6.4, 6.5): a reader for what clients send, which takes the mask
// off in place, and the frames that go out. To NATS the border of a frame means nothing.
import { copy } from '../base/bytes.ts'

const WsOpcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** What WsFrameReader.next found. */
export const WsFound = {
  /** All bytes are used up. */
  nothing: 0,
  /** A part of a message: reader.compressed and reader.is_last say which. */
  data: 1,
  /** A whole control frame: its payload is reader.control_payload(). */
  ping: 2,
  pong: 3,
  close: 4,
  /** No frame of a client that keeps to the protocol: reader.fault says why. Nothing can be read after it. */
  fault: 5,
} as const

const CONTROL_PAYLOAD_MAX = 125
const FIN = 0x80
const RSV1 = 0x40
const RSV2_AND_3 = 0x30
const MASKED = 0x80
const LENGTH_16 = 126
const LENGTH_64 = 127
const HEADER_BYTES_MAX = 14

/** One per connection; a frame may come in any number of pieces. */
export class WsFrameReader {
  /** Where to go on reading. */
  position = 0
  /** The end of the data that next() has moved to `out`. */
  out = 0
  /** Of the message that data belongs to. */
  compressed = false
  /** The message ends with this data. */
  is_last = false
  fault = ''
  #masked: boolean
  #takes_compressed: boolean
  #header = new Uint8Array(HEADER_BYTES_MAX)
  #header_length = 0
  #header_needed = 2
  /** Payload still to come; -1: in the header. */
  #remaining = -1
  /** Bytes of the payload that were read: the mask's place. */
  #read = 0
  #in_message = false
  #control = new Uint8Array(CONTROL_PAYLOAD_MAX)

  /** `masked`: whether its frames have to be; they must not be, if not. */
  constructor(masked: boolean, takes_compressed: boolean) {
    this.#masked = masked
    this.#takes_compressed = takes_compressed
  }

  /** Reads bytes[position, end). Data is moved without its mask to bytes[out, this.out); `out` is not behind `position`. */
  next(bytes: Uint8Array, position: number, end: number, out: number): number {
    this.position = position
    if (this.#remaining < 0) {
      if (!this.#take_header(bytes, end)) return WsFound.nothing
      if (!this.#begin_frame()) return WsFound.fault
    } else if (this.position === end) return WsFound.nothing
    return (this.#header[0] & 0x08) !== 0 ? this.#take_control(bytes, end) : this.#take_data(bytes, end, out)
  }

  /** A copy. */
  control_payload(): Uint8Array {
    return this.#control.slice(0, this.#read)
  }

  /** False: more has to come. */
  #take_header(bytes: Uint8Array, end: number): boolean {
    const header = this.#header
    while (this.position < end) {
      header[this.#header_length++] = bytes[this.position++]
      if (this.#header_length === 2) this.#header_needed = header_bytes(header[1])
      if (this.#header_length === this.#header_needed) return true
    }
    return false
  }

  /** The header is there. False: it is wrong. */
  #begin_frame(): boolean {
    const first = this.#header[0], second = this.#header[1]
    const opcode = first & 0x0f
    const wrong = frame_fault(first, second, this.#masked, this.#takes_compressed, this.#in_message)
    if (wrong !== '') return this.#fail(wrong)
    this.#remaining = payload_length(this.#header)
    if (this.#remaining < 0) return this.#fail('invalid frame length')
    this.#read = 0
    if (opcode >= WsOpcode.close) return true
    if (opcode !== WsOpcode.continuation) this.compressed = (first & RSV1) !== 0
    this.#in_message = (first & FIN) === 0
    return true
  }

  #take_control(bytes: Uint8Array, end: number): number {
    const length = Math.min(this.#remaining, end - this.position)
    this.#unmask(bytes, this.#control, this.#read, length)
    if (this.#remaining > 0) return WsFound.nothing
    this.#end_frame()
    const opcode = this.#header[0] & 0x0f
    return opcode === WsOpcode.ping ? WsFound.ping : opcode === WsOpcode.pong ? WsFound.pong : WsFound.close
  }

  #take_data(bytes: Uint8Array, end: number, out: number): number {
    const length = Math.min(this.#remaining, end - this.position)
    this.#unmask(bytes, bytes, out, length)
    this.out = out + length
    const is_whole = this.#remaining === 0
    this.is_last = is_whole && (this.#header[0] & FIN) !== 0
    if (is_whole) this.#end_frame()
    return WsFound.data
  }

  #unmask(bytes: Uint8Array, into: Uint8Array, at: number, length: number): void {
    const { position } = this
    this.position += length
    this.#remaining -= length
    if (!this.#masked) {
      copy(into, at, bytes, position, position + length)
      this.#read += length
      return
    }
    const key = this.#header_needed - 4
    const header = this.#header, read = this.#read
    const a = header[key + (read & 3)], b = header[key + (read + 1 & 3)]
    const c = header[key + (read + 2 & 3)], d = header[key + (read + 3 & 3)]
    const in_fours = length & ~3
    let i = 0
    for (; i < in_fours; i += 4) {
      into[at + i] = bytes[position + i] ^ a
      into[at + i + 1] = bytes[position + i + 1] ^ b
      into[at + i + 2] = bytes[position + i + 2] ^ c
      into[at + i + 3] = bytes[position + i + 3] ^ d
    }
    for (; i < length; i++) into[at + i] = bytes[position + i] ^ header[key + (read + i & 3)]
    this.#read = read + length
  }

  #end_frame(): void {
    this.#remaining = -1
    this.#header_length = 0
    this.#header_needed = 2
  }

  #fail(fault: string): false {
    this.fault = fault
    return false
  }
}

function header_bytes(second: number): number {
  const length = second & 0x7f
  return 2 + (length === LENGTH_64 ? 8 : length === LENGTH_16 ? 2 : 0) + ((second & MASKED) !== 0 ? 4 : 0)
}

/** -1: more than there can be. */
function payload_length(header: Uint8Array): number {
  const length = header[1] & 0x7f
  if (length < LENGTH_16) return length
  if (length === LENGTH_16) return header[2] << 8 | header[3]
  if (header[2] >= 0x80) return -1
  let long = 0
  for (let i = 2; i < 10; i++) long = long * 256 + header[i]
  return long
}

/** What is wrong with a frame that begins with these two bytes; '': nothing. */
function frame_fault(first: number, second: number, masked: boolean, compressed: boolean, in_message: boolean): string {
  const opcode = first & 0x0f
  const is_control = opcode >= WsOpcode.close
  if (opcode > WsOpcode.pong || opcode > WsOpcode.binary && !is_control) return `unknown opcode ${opcode}`
  if ((first & RSV2_AND_3) !== 0) return 'RSV2 and RSV3 must be clear'
  if ((first & RSV1) !== 0) {
    if (is_control || opcode === WsOpcode.continuation) return 'RSV1 is for the first frame of a message'
    if (!compressed) return 'compression was not negotiated'
  }
  if (is_control) {
    if ((first & FIN) === 0) return 'control frame is fragmented'
    if ((second & 0x7f) > CONTROL_PAYLOAD_MAX) return 'control frame is too long'
  } else if (opcode === WsOpcode.continuation) {
    if (!in_message) return 'continuation without a message'
  } else if (in_message) return 'new message before the end of the last one'
  if (((second & MASKED) !== 0) !== masked) return masked ? 'mask bit missing' : 'mask bit set'
  return ''
}

/** Frames without a mask around `body`: one, or several of `frame_max` bytes at most (0: no bound). */
export function message_frames(body: Uint8Array, compressed: boolean, frame_max: number): Uint8Array[] {
  const step = frame_max > 0 ? frame_max : Math.max(1, body.length)
  const pieces: Uint8Array[] = []
  for (let at = 0; at === 0 || at < body.length; at += step) {
    const part = body.subarray(at, at + step)
    const is_last = at + step >= body.length
    // What is compressed stays one message; the rest may as well be several.
    if (!compressed) pieces.push(binary_header(part.length), part)
    else {
      const opcode = at === 0 ? RSV1 | WsOpcode.binary : WsOpcode.continuation
      pieces.push(frame_header((is_last ? FIN : 0) | opcode, part.length), part)
    }
  }
  return pieces
}

/** The header of one uncompressed frame that is a whole message. */
export const binary_header = (length: number): Uint8Array => frame_header(FIN | WsOpcode.binary, length)

export const pong_frame = (payload: Uint8Array): Uint8Array => control_frame(WsOpcode.pong, payload)

export function close_frame(code: number, reason: string): Uint8Array {
  const text = new TextEncoder().encode(reason)
  const payload = new Uint8Array(2 + Math.min(text.length, CONTROL_PAYLOAD_MAX - 2))
  payload[0] = code >> 8
  payload[1] = code
  payload.set(text.subarray(0, payload.length - 2), 2)
  return control_frame(WsOpcode.close, payload)
}

/** The answer to a close frame: the same, unless it is none that may be sent. */
export function close_answer(payload: Uint8Array): Uint8Array {
  if (payload.length === 0) return control_frame(WsOpcode.close, payload)
  if (payload.length === 1) return close_frame(1002, 'close frame with one byte')
  const code = payload[0] << 8 | payload[1]
  if (!is_close_code(code)) return close_frame(1002, `invalid close status ${code}`)
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(payload.subarray(2))
  } catch {
    return close_frame(1007, 'close reason is not UTF-8')
  }
  return control_frame(WsOpcode.close, payload)
}

function is_close_code(code: number): boolean {
  if (code >= 3000) return code < 5000
  return code >= 1000 && code < 1015 && code !== 1004 && code !== 1005 && code !== 1006
}

function control_frame(opcode: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(2 + payload.length)
  frame[0] = FIN | opcode
  frame[1] = payload.length
  frame.set(payload, 2)
  return frame
}

function frame_header(first: number, length: number): Uint8Array {
  if (length < LENGTH_16) return Uint8Array.of(first, length)
  if (length < 0x10000) return Uint8Array.of(first, LENGTH_16, length >> 8, length)
  const header = new Uint8Array(10)
  header[0] = first
  header[1] = LENGTH_64
  new DataView(header.buffer).setBigUint64(2, BigInt(length))
  return header
}
