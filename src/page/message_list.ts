// Messages that the page watches: the last ones in full, the rest counted.

export interface Message {
  subject: string
  reply: string
  headers: string[]
  payload: Uint8Array
}

export interface ShownMessage {
  readonly number: number
  readonly at_ms: number
  readonly subject: string
  readonly reply: string
  readonly headers: readonly string[]
  /** Text, or bytes where it is none. */
  readonly text: string
  readonly is_binary: boolean
  readonly bytes: number
  readonly is_cut: boolean
}

export const MESSAGES_MAX = 100
const TEXT_BYTES_MAX = 2_048
const BINARY_BYTES_MAX = 64

export class MessageList {
  #messages: ShownMessage[] = []
  #received = 0

  /** The newest first. */
  get messages(): readonly ShownMessage[] {
    return this.#messages
  }

  /** Of all that came. */
  get received(): number {
    return this.#received
  }

  add({ subject, reply, headers, payload }: Message, at_ms: number): void {
    const number = ++this.#received
    this.#messages.unshift({ number, at_ms, subject, reply, headers, ...shown(payload) })
    if (this.#messages.length > MESSAGES_MAX) this.#messages.pop()
  }

  clear(): void {
    this.#messages = []
    this.#received = 0
  }
}

function shown(payload: Uint8Array): Pick<ShownMessage, 'text' | 'is_binary' | 'bytes' | 'is_cut'> {
  const bytes = payload.length
  const text = text_of(payload.subarray(0, TEXT_BYTES_MAX), bytes > TEXT_BYTES_MAX)
  if (text !== null) return { text, is_binary: false, bytes, is_cut: bytes > TEXT_BYTES_MAX }
  const hex = [...payload.subarray(0, BINARY_BYTES_MAX)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  return { text: hex, is_binary: true, bytes, is_cut: bytes > BINARY_BYTES_MAX }
}

/** Null: it is no text. The end may be in the middle of a character if it was cut. */
function text_of(bytes: Uint8Array, is_cut: boolean): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: is_cut })
    // deno-lint-ignore no-control-regex
    return /[\x00-\x08\x0e-\x1f\x7f]/.test(text) ? null : text
  } catch {
    return null
  }
}
