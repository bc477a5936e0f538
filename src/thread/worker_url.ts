// Where the threads' code is: the one place that knows whether this program runs from its sources or bundled.
import { fileURLToPath } from 'node:url'

export type WorkerName = 'client' | 'route' | 'matcher'

/** The file a worker thread starts with. Bundled, it lies beside the bundle; else in workers/ of the repository. */
export function worker_url(name: WorkerName): URL {
  const is_source = import.meta.url.endsWith('.ts')
  return is_source ? new URL(`../../workers/${name}.ts`, import.meta.url) : new URL(`./${name}.js`, import.meta.url)
}

/** The same as a path, as Piscina wants it. */
export function worker_path(name: WorkerName): string {
  return fileURLToPath(worker_url(name))
}
