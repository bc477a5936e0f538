// How many threads, if nobody says (figures in ARCHITECTURE.md, "Threads").
const WORKERS_DEFAULT_MAX = 8
/** From so many cores on the routes have a thread of their own; below, it would only wait for the same cores. */
const CORES_FOR_ROUTE_WORKER = 4

export interface WorkerCount {
  workers: number
  route_worker: boolean
}

/** One client worker per core but one, at least 1 and at most 8; undefined means not asked for. */
export function choose_workers(
  workers: number | undefined,
  route_workers: number | undefined,
  cores: number,
): WorkerCount {
  const chosen = workers ?? Math.max(1, Math.min(cores - 1, WORKERS_DEFAULT_MAX))
  return {
    workers: chosen,
    route_worker: chosen > 0 && (route_workers ?? (cores >= CORES_FOR_ROUTE_WORKER ? 1 : 0)) > 0,
  }
}
