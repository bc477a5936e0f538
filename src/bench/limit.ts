// Whether the load generator was what could do no more.

/** A generator above this share of a core can do no more. */
const GENERATOR_BUSY = 0.9
/** A server below this share of what it could use has reserves. */
const SERVER_IDLE = 0.8

export interface Busyness {
  /** Of the busiest process of the generator: 1 is a whole core. Null: not known. */
  readonly generator: number | null
  /** Of all servers together, in cores. Null: not known. */
  readonly server: number | null
  /** Cores that the servers could have used. */
  readonly server_cores: number
}

/** True if the generator was at its end while the servers were not. */
export function generator_was_limit({ generator, server, server_cores }: Busyness): boolean {
  if (generator === null || server === null) return false
  return generator >= GENERATOR_BUSY && server < SERVER_IDLE * server_cores
}

/** Cores that servers of so many workers can use; with none everything is on one thread. null workers: all it can get. */
export function usable_cores(workers: number | null, servers: number, cores: number): number {
  return workers === null ? cores : Math.min(cores, Math.max(1, workers) * servers)
}

/** The line for a table: what was busy how much. */
export function limit_text(where: string, { generator, server, server_cores }: Busyness): string {
  const percent = (cores: number | null) => `${Math.round((cores ?? 0) * 100)} %`
  return `${where}: the load generator was the limit (${percent(generator)} of a core; the servers used ${
    percent(server)
  } of ${server_cores * 100} %), they could do more`
}
