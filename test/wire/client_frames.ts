// Frames as a WebSocket client sends them, right or wrong.

/** One frame of a client. */
export interface Sent {
  opcode: number
  payload: Uint8Array
  fin?: boolean
  mask?: boolean
  rsv?: number
}

export const MASK_KEY = [0x11, 0x82, 0x73, 0xf4]
/** As it goes over the wire, with a mask unless `mask` is false. */
export function client_frame({ opcode, payload, fin = true, mask = true, rsv = 0 }: Sent): number[] {
  const { length } = payload
  const size = length < 126
    ? [length]
    : length < 65536
    ? [126, length >> 8, length & 255]
    : [127, 0, 0, 0, 0, ...be(length)]
  if (mask) size[0] |= 0x80
  const body = mask ? [...payload].map((byte, i) => byte ^ MASK_KEY[i & 3]) : [...payload]
  return [(fin ? 0x80 : 0) | rsv << 4 | opcode, ...size, ...(mask ? MASK_KEY : []), ...body]
}

const be = (n: number) => [n >>> 24, n >> 16 & 255, n >> 8 & 255, n & 255]
