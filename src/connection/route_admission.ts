// Whether a peer that dialled us may speak: it has to say CONNECT first, in time and with the right credentials (reference
// route.md 1.7, 1.8). Whom we dialled is asked nothing.
import type { Clock, Timer } from '../base/clock.ts'
import { equal_secret } from '../auth/authenticate.ts'
import { is_bcrypt } from '../auth/bcrypt.ts'
import type { ConnectFields } from '../wire/connect.ts'
import type { RouteSettings } from './settings.ts'

/** Compares a password with a hash; `answered` has the CONNECT again. */
type Ask = (password: string, hash: string) => void

export class RouteAdmission {
  /** It was dialled, or its CONNECT was right. */
  admitted: boolean
  /** What the peer's certificate says of it, instead of a password; null: nothing. */
  #vouched: boolean | null
  #settings: RouteSettings
  #clock: Clock
  #ask: Ask
  #timer: Timer | null = null
  /** The CONNECT whose password is compared with a hash on another thread. */
  #asked: ConnectFields | null = null
  /** The last one that was judged, and what its password was compared with. */
  #said: ConnectFields | null = null
  #judged_by = ''

  constructor(settings: RouteSettings, clock: Clock, ask: Ask, dialled: boolean, vouched: boolean | null = null) {
    this.#ask = ask
    this.#vouched = vouched
    this.#settings = settings
    this.#clock = clock
    this.admitted = dialled
  }

  /** From now on CONNECT is waited for. */
  start(late: () => void): void {
    const { user, auth_timeout_ms } = this.#settings
    if (!this.admitted && user !== '') this.#timer = this.#clock.after(auth_timeout_ms, late)
  }

  stop(): void {
    this.#timer?.cancel()
  }

  /** Judges a CONNECT, at once or by asking whether `password` is that of `hash`; then `answered` has the CONNECT again. */
  judge(fields: ConnectFields): 'right' | 'wrong' | 'asked' {
    const { user, password } = this.#settings
    this.#said = fields
    this.#judged_by = password
    if (fields.account || fields.new_account) return 'wrong'
    if (this.#vouched !== null) return this.#vouched ? 'right' : 'wrong'
    if (user === '') return 'right'
    if (fields.user !== user) return 'wrong'
    if (!is_bcrypt(password)) return equal_secret(fields.pass ?? '', password) ? 'right' : 'wrong'
    this.#asked = fields
    this.#ask(fields.pass ?? '', password)
    return 'asked'
  }

  /** By other settings. What was right for the same hash needs no other look. */
  judge_again(): 'right' | 'wrong' | 'asked' {
    const { password, user } = this.#settings
    if (this.#said === null || !this.admitted) return 'right'
    if (is_bcrypt(password) && password === this.#judged_by) return this.#said.user === user ? 'right' : 'wrong'
    return this.judge(this.#said)
  }

  answered(): ConnectFields | null {
    const fields = this.#asked
    this.#asked = null
    return fields
  }
}
