// Asks a member for its routes, by /routez of its monitoring port: log lines could go elsewhere, and change.
import type { Clock } from '../base/clock.ts'

const ANSWER_MS = 2_000

export interface RouteQuestion {
  /** Of the monitoring, with the path in front of all endpoints and without a slash at its end. */
  readonly url: string
  /** `user:password`; '': nobody asks for one. */
  readonly login: string
}

/** The names of those that it has a route to; null: no answer that makes sense. */
export async function ask_for_routes({ url, login }: RouteQuestion, clock: Clock): Promise<string[] | null> {
  const controller = new AbortController()
  const timer = clock.after(ANSWER_MS, () => controller.abort())
  try {
    const headers: Record<string, string> = login === ''
      ? {}
      : { authorization: `Basic ${Buffer.from(login).toString('base64')}` }
    const answer = await fetch(`${url}/routez`, { headers, signal: controller.signal })
    const text = await answer.text()
    return answer.status === 200 ? peers_of(JSON.parse(text)) : null
  } catch {
    return null
  } finally {
    timer.cancel()
  }
}

/** A peer has several connections where routes are pooled. */
function peers_of(answer: unknown): string[] | null {
  const { routes } = (answer ?? {}) as { routes?: unknown }
  if (!Array.isArray(routes)) return null
  return [...new Set(routes.map((route) => String(route?.remote_name)))]
}
