// The path of a request as Go's HTTP multiplexer sees it.

export interface RequestTarget {
  /** Decoded and cleaned: no empty, `.` or `..` parts. */
  path: string
  /** Behind the question mark, as it came. */
  query: string
  /** The path was not clean: the answer is a redirect to `path`. */
  is_unclean: boolean
}

/** Splits the target of a request line; null if it can not be decoded. */
export function parse_target(target: string): RequestTarget | null {
  // Proxies send the absolute form, http://host/path.
  const relative = /^[a-z][a-z0-9+.-]*:\/\//i.test(target) ? target.replace(/^[^:]*:\/\/[^/?]*/, '') : target
  const question = relative.indexOf('?')
  const raw_path = question < 0 ? relative : relative.slice(0, question)
  let path: string
  try {
    path = decodeURIComponent(raw_path)
  } catch {
    return null
  }
  const cleaned = clean_path(path)
  return { path: cleaned, query: question < 0 ? '' : relative.slice(question + 1), is_unclean: cleaned !== path }
}

/** A path with a slash in front and none of its detours; a slash at the end stays. */
export function clean_path(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  const slash = parts.length > 0 && path.endsWith('/') ? '/' : ''
  return '/' + parts.join('/') + slash
}
