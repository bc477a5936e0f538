// DER (X.690), as much of it as certificates need: tag, length, value, and back.

/** Tag, length, value. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(parts)
  if (value.length < 0x80) return Buffer.concat([Buffer.of(tag, value.length), value])
  const length: number[] = []
  for (let rest = value.length; rest > 0; rest >>= 8) length.unshift(rest & 255)
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length, ...length), value])
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => element(0x30, ...parts)
export const set = (part: Uint8Array): Buffer => element(0x31, part)
export const octets = (bytes: Uint8Array): Buffer => element(0x04, bytes)
export const integer = (bytes: Uint8Array): Buffer => element(0x02, bytes)
export const boolean = (value: boolean): Buffer => element(0x01, Buffer.of(value ? 0xff : 0))
export const utf8 = (text: string): Buffer => element(0x0c, Buffer.from(text))

/** `unused`: how many bits at the end say nothing. */
export const bits = (bytes: Uint8Array, unused = 0): Buffer => element(0x03, Buffer.of(unused), bytes)

/** UTCTime until 2049, then GeneralizedTime (RFC 5280 4.1.2.5). */
export function time(wall_ms: number): Buffer {
  const text = new Date(wall_ms).toISOString().replace(/\.\d+Z$/, 'Z').replace(/[-:T]/g, '')
  return text < '2050' ? element(0x17, Buffer.from(text.slice(2))) : element(0x18, Buffer.from(text))
}

/** From the form with dots. */
export function object_identifier(text: string): Buffer {
  const [first, second, ...others] = text.split('.').map(Number)
  const bytes = [first * 40 + second]
  for (const number of others) {
    const groups = [number & 0x7f]
    for (let rest = number >> 7; rest > 0; rest >>= 7) groups.unshift((rest & 0x7f) | 0x80)
    bytes.push(...groups)
  }
  return element(0x06, Buffer.from(bytes))
}

/** How many bytes tag and length take. */
export const header_bytes = (der: Buffer, at: number): number => der[at + 1] < 0x80 ? 2 : 2 + (der[at + 1] & 0x7f)

/** How many bytes the element takes as a whole. */
export function element_bytes(der: Buffer, at: number): number {
  const header = header_bytes(der, at)
  return header + (header === 2 ? der[at + 1] : der.readUIntBE(at + 2, header - 2))
}
