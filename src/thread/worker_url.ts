// Where the threads' code and the page are: the one place that knows whether this program runs from its sources or bundled.
import { fileURLToPath } from 'node:url'

export type WorkerName = 'client' | 'route' | 'matcher'

/** The file a worker thread starts with. Bundled, it lies beside the bundle; else in workers/ of the repository. */
export function worker_url(name: WorkerName): URL {
  return is_source() ? new URL(`../../workers/${name}.ts`, import.meta.url) : new URL(`./${name}.js`, import.meta.url)
}

/** The same as a path, as Piscina wants it. */
export function worker_path(name: WorkerName): string {
  return fileURLToPath(worker_url(name))
}

/** The folder of the page of the mesh. A browser can not read sources, so there is only what was built. */
export function page_folder(): URL {
  return is_source() ? new URL('../../dist/page/', import.meta.url) : new URL('./page/', import.meta.url)
}

function is_source(): boolean {
  return import.meta.url.endsWith('.ts')
}
