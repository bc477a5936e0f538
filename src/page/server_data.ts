// Questions to the server, relative to the page: so they find their way below any base path and behind any proxy.

/** The server has answered, but not with what was asked for. */
export class AnswerError extends Error {
  override name = 'AnswerError'
}

/** Rejects with an Error whose message is for whoever looks at the page. */
export async function fetch_json(path: string, ms: number, parameters: Record<string, string> = {}): Promise<unknown> {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== '')).toString()
  const url = new URL(`dashboard/${path}${query === '' ? '' : `?${query}`}`, document.baseURI)
  let response: Response
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(ms), cache: 'no-store' })
  } catch (error) {
    const is_late = error instanceof Error && error.name === 'TimeoutError'
    throw new Error(is_late ? `no answer within ${ms / 1000} s` : 'the server can not be reached')
  }
  if (!response.ok) throw new AnswerError((await response.text()).trim() || `status ${response.status}`)
  return await response.json()
}
