import { type Endpoint, transferHandlers } from 'comlink'
import type { MessagePort } from 'node:worker_threads'
// @ts-ignore: comlink has types for this file that fit one checker and not the other
import * as adapter from 'comlink/dist/esm/node-adapter.mjs'
import { system_error_code } from '../base/system_error.ts'

/** What comlink sends of an error. */
interface SentError {
  isError: boolean
  value: { message: string; name: string; stack?: string; code?: string }
}

/** A port of node:worker_threads as comlink wants it. */
export const comlink_port = (adapter as unknown as { default: (port: MessagePort) => Endpoint }).default

// comlink leaves out the code of an error, by which EADDRINUSE and the like are told apart and put into words.
const sent_by_comlink = transferHandlers.get('throw')!
transferHandlers.set('throw', {
  ...sent_by_comlink,
  serialize(thrown) {
    const [sent, transferred] = sent_by_comlink.serialize(thrown) as [SentError, []]
    const code = system_error_code((thrown as { value: unknown }).value)
    if (sent.isError && code !== '') sent.value.code = code
    return [sent, transferred]
  },
})
