// INFO for clients, most of which is the same for all of them: the text is made once and the rest put in between.
import { client_info_line, type ClientInfo } from './info.ts'

const ENCODER = new TextEncoder()
const DECODER = new TextDecoder()
const NUMBER = '"client_id":1'
const ADDRESS = '"client_ip":"?"'

export class ClientGreeting {
  /** What it was made of: an INFO that has changed needs another greeting. */
  readonly info: ClientInfo
  #head: string
  #tail: string

  constructor(info: ClientInfo) {
    this.info = info
    const text = DECODER.decode(client_info_line({ ...info, client_id: 1, client_ip: '?' }))
    const at = text.indexOf(`${NUMBER},${ADDRESS}`)
    this.#head = text.slice(0, at)
    this.#tail = text.slice(at + NUMBER.length + 1 + ADDRESS.length, text.lastIndexOf('}'))
  }

  /** The first INFO of a connection, with what the client may have to sign; and every one after a change, without. */
  line(client_id: number, client_ip: string, nonce = ''): Uint8Array {
    return this.#line_with(client_id, client_ip, '', nonce)
  }

  /** The INFO behind the first PONG (reference client.md 2.1). */
  connected_line(client_id: number, client_ip: string, account: string): Uint8Array {
    return this.#line_with(client_id, client_ip, `,"connect_info":true,"remote_account":${JSON.stringify(account)}`)
  }

  /** The one INFO that says that the server is about to go (reference route.md 7.3). */
  lame_duck_line(client_id: number, client_ip: string): Uint8Array {
    return this.#line_with(client_id, client_ip, ',"ldm":true')
  }

  /** `more`: fields that stand behind all others. An IP address and a nonce need no escapes. */
  #line_with(client_id: number, client_ip: string, more: string, nonce = ''): Uint8Array {
    const own = `"client_id":${client_id},"client_ip":"${client_ip}"${nonce === '' ? '' : `,"nonce":"${nonce}"`}`
    return ENCODER.encode(`${this.#head}${own}${this.#tail}${more}} \r\n`)
  }
}
