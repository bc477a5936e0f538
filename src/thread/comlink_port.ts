import type { Endpoint } from 'comlink'
import type { MessagePort } from 'node:worker_threads'
// @ts-ignore: comlink has types for this file that fit one checker and not the other
import * as adapter from 'comlink/dist/esm/node-adapter.mjs'

/** A port of node:worker_threads as comlink wants it. */
export const comlink_port = (adapter as unknown as { default: (port: MessagePort) => Endpoint }).default
