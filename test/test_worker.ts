// Threads in tests: Deno runs the worker's source, Node a bundle of it.
import { Worker } from 'node:worker_threads'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

declare global {
  // Written by scripts/test_bundle.mjs into the bundle of a test; absent when the source runs.
  var ONEHOP_TEST_SOURCE: string | undefined
  var ONEHOP_ROOT: string | undefined
}

/** Starts the worker in `name` (a file beside the test), with workerData. */
export async function start_test_worker(name: string, test_url: string, workerData: unknown): Promise<Worker> {
  const source = globalThis.ONEHOP_TEST_SOURCE
  if (source === undefined) return new Worker(new URL(name, test_url), { workerData })
  const { bundle_test } = await import(pathToFileURL(join(globalThis.ONEHOP_ROOT!, 'scripts/test_bundle.mjs')).href)
  return new Worker(await bundle_test(join(dirname(source), name)), { workerData })
}
