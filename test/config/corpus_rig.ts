// The corpus of configuration files, and what nats-server says of them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Accepted with a digest; or refused, with one of these messages: nats-server goes through maps by lot. */
export type Verdict = { readonly digest: string } | { readonly messages: readonly string[] }

export interface Verdicts {
  /** What the server calls itself. */
  readonly version: string
  readonly files: Readonly<Record<string, Verdict>>
}

declare global {
  // Written by scripts/test_bundle.mjs into the bundle of a test; absent when the source runs.
  var ONEHOP_ROOT: string | undefined
}

export const corpus_folder = globalThis.ONEHOP_ROOT === undefined
  ? fileURLToPath(new URL('corpus', import.meta.url))
  : join(globalThis.ONEHOP_ROOT, 'test/config/corpus')

const read_json = (name: string) => JSON.parse(readFileSync(join(corpus_folder, name), 'utf8'))

export const verdicts: Verdicts = read_json('verdicts.json')
/** What the files refer to. */
export const environment: Readonly<Record<string, string>> = read_json('environment.json')
