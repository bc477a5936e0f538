// The profiling port: what the threads of this process spend their time and memory on (option prof_port).
import type { Clock } from '../base/clock.ts'
import { type ProfileKind, take_profile } from '../base/thread_profile.ts'
import type { ThreadApi } from '../thread/worker_api.ts'
import { type Answer, type Endpoint, html_answer, text_answer } from './http_answer.ts'
import type { Parameters } from './parameters.ts'

export interface ProfileContext {
  /** Of thread `thread`, or of the supervisor's. Rejects where the runtime can not. */
  take(thread: number | 'supervisor', kind: ProfileKind, ms: number): Promise<string>
  readonly threads: readonly (number | 'supervisor')[]
}

interface Threads {
  /** Those that are workers; 0: the one is the supervisor's as well. */
  readonly workers: number
  readonly threads: readonly number[]
  api(thread: number): ThreadApi
}

export const crew_profiles = (crew: Threads, clock: Clock): ProfileContext => ({
  threads: crew.workers === 0 ? ['supervisor'] : ['supervisor', ...crew.threads],
  take: (thread, kind, ms) =>
    thread === 'supervisor' ? take_profile(kind, ms, clock) : crew.api(thread).profile(kind, ms),
})

const SECONDS_DEFAULT = 10
const SECONDS_MAX = 120
const BASE_PATH = '/debug/pprof'

/** What is at a path of that port; undefined: nothing. */
export function profile_endpoint(context: ProfileContext, path: string): Endpoint | undefined {
  if (path === '/' || path === BASE_PATH || path === `${BASE_PATH}/`) {
    return () => Promise.resolve(html_answer(index_page(context)))
  }
  if (path === `${BASE_PATH}/profile`) return (parameters) => profile_answer(context, 'cpu', parameters)
  if (path === `${BASE_PATH}/heap`) return (parameters) => profile_answer(context, 'heap', parameters)
  return undefined
}

async function profile_answer(context: ProfileContext, kind: ProfileKind, parameters: Parameters): Promise<Answer> {
  const seconds = parameters.int('seconds') || SECONDS_DEFAULT
  if (seconds < 0 || seconds > SECONDS_MAX) return text_answer(400, `seconds must be between 1 and ${SECONDS_MAX}\n`)
  const wanted = parameters.text('thread')
  const thread = wanted === '' ? context.threads[0] : context.threads.find((each) => String(each) === wanted)
  if (thread === undefined) return text_answer(400, `thread must be one of ${context.threads.join(', ')}\n`)
  let body: string
  try {
    body = await context.take(thread, kind, seconds * 1000)
  } catch (error) {
    return text_answer(501, `No profile can be taken: ${error instanceof Error ? error.message : String(error)}\n`)
  }
  const name = `thread-${thread}.${kind === 'cpu' ? 'cpuprofile' : 'heapprofile'}`
  const headers = { 'Content-Type': 'application/json', 'Content-Disposition': `attachment; filename="${name}"` }
  return { status: 200, headers, body }
}

function index_page({ threads }: ProfileContext): string {
  const items = threads.map((thread) =>
    `<li>thread ${thread}:
<a href="${BASE_PATH}/profile?thread=${thread}">time over ${SECONDS_DEFAULT} s</a>,
<a href="${BASE_PATH}/heap?thread=${thread}">memory over ${SECONDS_DEFAULT} s</a></li>`
  )
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Profiles</title></head>
<body>
<h1>Profiles</h1>
<p>Files for the developer tools of Chromium (Performance, Memory) or VS Code. ?seconds=N: for how long.</p>
<ul>
${items.join('\n')}
</ul>
</body>
</html>
`
}
