// Passwords that the configuration has as a bcrypt hash (reference ops.md 3.6). They are compared by thread/matcher_tasks.ts,
// because one comparison takes a tenth of a second and more.

/** Whether a configured password is a hash. Nobody gets in by saying the hash itself. */
export function is_bcrypt(password: string): boolean {
  return /^\$2[abxy]\$\d\d\$/.test(password)
}
