// The command line as others may see it (reference ops.md 1.9).

const REDACTED = '[REDACTED]'
const SECRET_FLAGS: readonly string[] = ['user', 'pass', 'auth']
const URL_FLAGS: readonly string[] = ['routes', 'cluster', 'cluster_listen']

/** Arguments without names of users, passwords, tokens, and what stands before the @ of URLs. */
export function redacted_arguments(argv: readonly string[]): string[] {
  return argv.map((argument, i) => {
    const [, flag, value] = /^--?([^-=][^=]*)=(.*)$/s.exec(argument) ?? []
    if (flag !== undefined) return argument.slice(0, argument.indexOf('=') + 1) + redacted(flag, value)
    const [, before] = /^--?([^-=][^=]*)$/s.exec(argv[i - 1] ?? '') ?? []
    return before === undefined ? argument : redacted(before, argument)
  })
}

function redacted(flag: string, value: string): string {
  if (SECRET_FLAGS.includes(flag)) return REDACTED
  return URL_FLAGS.includes(flag) ? value.replace(/(:\/\/)[^@/,]*@/g, `$1${REDACTED}@`) : value
}
