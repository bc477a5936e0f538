// Which of the hooks an embedding program has given: what the threads have to know of them.
import { HOOK_DEADLINE_MS, HOOK_REMEMBER_MS } from '../base/limits.ts'
import type { Hooks } from './hooks.ts'
import type { HookSettings, Settings } from './settings.ts'

const FUNCTIONS = ['authenticate', 'authorizePublish', 'authorizeSubscribe', 'onPublish'] as const

/** Null: there is nothing to be asked or shown. Throws an Error if something is not what it should be. */
export function hook_settings(hooks: Hooks = {}): HookSettings | null {
  for (const name of FUNCTIONS) {
    const given: unknown = hooks[name]
    if (given !== undefined && typeof given !== 'function') throw new Error(`${name} is not a function`)
  }
  const { hookDeadlineMs = HOOK_DEADLINE_MS, hookRememberMs = HOOK_REMEMBER_MS, publishSample = 1 } = hooks
  if (!(hookDeadlineMs > 0 && hookDeadlineMs < 2 ** 31)) throw new Error('hookDeadlineMs is not a time above 0')
  if (!(hookRememberMs >= 0)) throw new Error('hookRememberMs is not a time')
  if (!(publishSample >= 0 && publishSample <= 1)) throw new Error('publishSample is not between 0 and 1')
  const settings = {
    authenticate: hooks.authenticate !== undefined,
    publish: hooks.authorizePublish !== undefined,
    subscribe: hooks.authorizeSubscribe !== undefined,
    sample: hooks.onPublish === undefined ? 0 : publishSample,
  }
  if (!settings.authenticate && !settings.publish && !settings.subscribe && settings.sample === 0) return null
  return { ...settings, deadline_ms: hookDeadlineMs, remember_ms: hookRememberMs }
}

/** Has the actors ask them. Whoever comes then has to say who it is, and may have to sign for its key. */
export function add_hooks(settings: Settings, hooks: HookSettings | null): void {
  settings.hooks = hooks
  if (hooks === null || !hooks.authenticate) return
  for (const door of [settings.client, settings.websocket]) {
    if (door !== null) Object.assign(door.auth, { asks_hook: true, nonce: true })
  }
  const { clients, websockets } = settings.client_infos
  settings.client_infos = {
    clients: { ...clients, auth_required: true },
    websockets: { ...websockets, auth_required: true },
  }
}
