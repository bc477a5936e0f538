// Which subjects may pass, as { allow, deny } says it: for routes, reference route.md 5.4. Pure, and made once from plain data.
import { wire_text } from '../base/bytes.ts'
import type { SubjectPermission } from '../wire/json_fields.ts'
import { matches_tokens } from '../wire/subject.ts'

/** What a server lets through its routes. Plain data: it crosses threads. */
export interface RoutePermissions {
  /** The interest of our clients that peers are told of. */
  import?: SubjectPermission
  /** The interest of peers that we heed. */
  export?: SubjectPermission
}

/** Subjects of MQTT clients need no permission, though they can be denied (not so in nats-server 2.9). */
const NEEDS_NO_PERMISSION = '$MQTT.'

type Patterns = readonly (readonly string[])[]

export class SubjectFilter {
  /** Null: all but what is denied. An empty list allows nothing. */
  readonly #allow: Patterns | null
  readonly #deny: Patterns

  constructor({ allow, deny = [] }: SubjectPermission) {
    this.#allow = allow === undefined ? null : patterns_of(allow)
    this.#deny = patterns_of(deny)
  }

  /**
   * Whether interest in the subject (latin1 of the wire) may pass. Its wildcards are compared as words: `a.*` is neither
   * allowed by `a.b` nor denied by it. So what comes in by a wildcard has to be asked about again, by `denies`.
   */
  allows(subject: string): boolean {
    const tokens = subject.split('.')
    const allowed = this.#allow === null || subject.startsWith(NEEDS_NO_PERMISSION) || is_in(tokens, this.#allow)
    return allowed && !is_in(tokens, this.#deny)
  }

  /** Whether messages on the subject may not pass, by whatever interest. */
  denies(subject: string): boolean {
    return this.#deny.length > 0 && is_in(subject.split('.'), this.#deny)
  }
}

/** The filter of a permission; null where there is none, so that nobody has to ask. */
export function subject_filter(permission: SubjectPermission | undefined): SubjectFilter | null {
  return permission === undefined ? null : new SubjectFilter(permission)
}

/** What a peer's change of its export newly lets through; null: nothing, so that no interest has to be looked at. */
export function newly_allowed(
  before: SubjectPermission | undefined,
  now: SubjectPermission | undefined,
): ((subject: string) => boolean) | null {
  if (before === undefined || JSON.stringify(before) === JSON.stringify(now)) return null
  const old = new SubjectFilter(before), fresh = new SubjectFilter(now ?? {})
  return (subject) => fresh.allows(subject) && !old.allows(subject)
}

/** Subjects of the configuration and of INFO are Unicode; those of the wire are bytes, taken as latin1. */
function patterns_of(subjects: readonly string[]): Patterns {
  return subjects.map((subject) => wire_text(subject).split('.'))
}

function is_in(tokens: readonly string[], patterns: Patterns): boolean {
  return patterns.some((pattern) => matches_tokens(tokens, pattern))
}
