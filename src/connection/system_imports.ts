// What every account has from the system account without asking: its connections, its figures, and who asks (reference client.md 7.3).
import type { AccountImport, Builtin } from '../auth/imports.ts'
import { SERVICE_RESPONSE_MS } from '../base/limits.ts'

/** `name` is the importing account's; accounts are numbers otherwise. */
export function system_imports(name: string, own: number, system: number): AccountImport[] {
  const imported = (local: string, remote: string, more: Partial<AccountImport>): AccountImport => ({
    ...{ kind: 'service', account: system, local, remote, share: true },
    ...{ response_type: 'stream', response_threshold_ms: SERVICE_RESPONSE_MS, ...more },
  })
  const builtin = (local: string, what: Builtin) => imported(local, local, { response_type: 'single', builtin: what })
  const everywhere = [
    builtin('$SYS.REQ.USER.INFO', 'user_info'),
    builtin('$SYS.DEBUG.SUBSCRIBERS', 'subscribers'),
  ]
  // Its users ask all of it themselves.
  if (own === system) return everywhere
  return [
    ...everywhere,
    imported('$SYS.REQ.SERVER.PING.CONNZ', `$SYS.REQ.ACCOUNT.${name}.CONNZ`, {}),
    imported('$SYS.REQ.ACCOUNT.PING.CONNZ', `$SYS.REQ.ACCOUNT.${name}.CONNZ`, {}),
    imported('$SYS.REQ.ACCOUNT.PING.STATZ', `$SYS.REQ.ACCOUNT.${name}.STATZ`, {}),
  ]
}
