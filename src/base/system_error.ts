// Errors of the operating system in the words that nats-server's operators and their scripts know: those of Go.

const GO_TEXTS: Readonly<Record<string, string>> = Object.freeze({
  EACCES: 'permission denied',
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'cannot assign requested address',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  EEXIST: 'file exists',
  EHOSTUNREACH: 'no route to host',
  EISDIR: 'is a directory',
  EMFILE: 'too many open files',
  ENETUNREACH: 'network is unreachable',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on device',
  ENOTDIR: 'not a directory',
  EPERM: 'operation not permitted',
  EROFS: 'read-only file system',
  ESRCH: 'no such process',
  ETIMEDOUT: 'connection timed out',
})

/** The `code` of a system error, such as 'ENOENT'; '' for any other value. */
export function system_error_code(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return ''
  return String(error.code)
}

/** What went wrong, in Go's words where they are known, else the runtime's own. */
export function system_error_text(error: unknown): string {
  return GO_TEXTS[system_error_code(error)] ?? (error instanceof Error ? error.message : String(error))
}
