// Lame duck mode (reference route.md 7.3, ops.md 4.6): no new clients; those that are there are told, get a while to move
// by themselves, and are then closed one by one. What comes after that, the end of the server, is the caller's.
import type { Clock, Timer } from '../base/clock.ts'
import { CloseReason } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { type Random, system_random } from '../base/prng.ts'
import type { Options } from '../config/options.ts'
import { closing_pace, closing_pause_ms } from './closing_pace.ts'
import type { ClientPlace, Crew } from './crew.ts'
import type { Doors } from './doors.ts'

/** What lame duck mode needs of its server. */
export interface LameDuckContext {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** From the beginning to the last client's end, at most. */
  readonly duration_ms: number
  /** How long nobody is closed. */
  readonly grace_ms: number
  /** Resolves when no client is accepted any more. */
  close_port(): Promise<void>
  /** Tells peers and clients. */
  announce(): void
  clients(): Promise<ClientPlace[]>
  /** Resolves to false if it had gone already. */
  close_client(place: ClientPlace): Promise<boolean>
  /** Resolves when what the closed clients were still sent has left. */
  drained(): Promise<void>
}

export class LameDuck {
  #context: LameDuckContext
  #cancelled = false
  #timer: Timer | null = null
  #wake: () => void = () => {}

  constructor(context: LameDuckContext) {
    this.#context = context
  }

  /** Resolves when there are no clients any more, or after cancel(). */
  async run(): Promise<void> {
    const { log, grace_ms } = this.#context
    log.info('Entering lame duck mode, stop accepting new clients')
    await this.#context.close_port()
    // Without clients there is nothing to wait for, and peers see the end soon enough.
    if ((await this.#context.clients()).length === 0 || this.#cancelled) return
    this.#context.announce()
    await this.#pause(grace_ms)
    if (this.#cancelled) return
    log.info('Closing existing clients')
    await this.#close_clients()
    if (!this.#cancelled) await this.#context.drained()
  }

  /** The server ends at once: nobody is waited for. */
  cancel(): void {
    this.#cancelled = true
    this.#timer?.cancel()
    this.#wake()
  }

  async #close_clients(): Promise<void> {
    const { duration_ms, grace_ms, random } = this.#context
    const places = await this.#context.clients()
    const pace = closing_pace(places.length, duration_ms - grace_ms)
    let closed = 0
    for (const [number, place] of places.entries()) {
      if (this.#cancelled) return
      // Those that moved by themselves cost no pause.
      if (!await this.#context.close_client(place)) continue
      if (++closed % pace.batch === 0 && number < places.length - 1) await this.#pause(closing_pause_ms(pace, random))
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#cancelled) return resolve()
      this.#wake = resolve
      this.#timer = this.#context.clock.after(ms, resolve)
    })
  }
}

/** Lame duck mode of a server with these threads. `announce` tells its peers and clients. */
export function make_lame_duck(
  options: Options,
  crew: Crew,
  doors: Pick<Doors, 'close'>,
  clock: Clock,
  log: Log,
  announce: () => void,
): LameDuck {
  return new LameDuck({
    ...{ clock, log, announce, random: system_random() },
    duration_ms: options.lame_duck_duration_ms,
    grace_ms: options.lame_duck_grace_ms,
    close_port: () => doors.close(),
    clients: () => crew.clients(),
    close_client: (place) => crew.close_client(place, CloseReason.server_shutdown),
    drained: () => crew.drained(options.write_deadline_ms),
  })
}
