// What a running server does on signals (reference ops.md 4.5): SIGINT and SIGTERM end it, SIGHUP has it load its configuration
// again, SIGUSR1 its log file opened again, and SIGUSR2 is lame duck mode.
import type { Clock } from '../base/clock.ts'
import type { Level } from '../base/log.ts'

/** A peer that does not read must not keep the process. */
const FORCED_EXIT_MS = 5_000

export type TrappedSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2'

/** Where signals come from: `process`. */
export interface SignalSource {
  on(signal: TrappedSignal, f: () => void): unknown
  off(signal: TrappedSignal, f: () => void): unknown
}

/** The server as signals see it. */
export interface SignalledServer {
  readonly is_lame_duck: boolean
  lame_duck(): Promise<void>
  reload(): Promise<void>
  stop(): Promise<void>
}

export interface SignalTraps {
  /** The server is up. `exit` ends the process; called when the server has stopped, or does not. */
  serve(server: SignalledServer, exit: () => void): void
}

/**
 * Traps at once those whose own meaning is to end the process or to debug it, and the others when there is something to end.
 * `reopen_log`: the log file was moved away.
 */
export function trap_signals(
  source: SignalSource,
  log: (level: Level, text: string) => void,
  clock: Clock,
  reopen_log: () => void,
): SignalTraps {
  const trapped = (name: string) => log('INF', `Trapped "${name}" signal`)
  let lame_duck = (): void => {}
  let reload = (): void => {}
  source.on('SIGHUP', () => {
    trapped('hangup')
    reload()
  })
  source.on('SIGUSR1', () => {
    trapped('user defined signal 1')
    reopen_log()
  })
  source.on('SIGUSR2', () => {
    trapped('user defined signal 2')
    lame_duck()
  })
  return {
    serve(server, exit) {
      // A second one of the same kind ends the process as it would without a trap.
      const end = (signal: TrappedSignal, f: () => void) => {
        source.off(signal, f)
        clock.after(FORCED_EXIT_MS, exit)
        void server.stop().then(exit)
      }
      const interrupt = () => {
        trapped('interrupt')
        end('SIGINT', interrupt)
      }
      const terminate = () => {
        trapped('terminated')
        // Managers of services send it right away; it would take the time from the clients that was promised to them.
        if (!server.is_lame_duck) end('SIGTERM', terminate)
      }
      source.on('SIGINT', interrupt)
      source.on('SIGTERM', terminate)
      reload = () => {
        server.reload().catch((error) => {
          const cause = error instanceof Error ? error.message : String(error)
          log('ERR', `Failed to reload server configuration: ${cause}`)
        })
      }
      lame_duck = () => {
        if (!server.is_lame_duck) void server.lame_duck().then(exit)
      }
    },
  }
}
