// What is wrong with a subject that somebody typed, in words; the server would say it in fewer.

/** '': nothing. Wildcards are for watching only. */
export function subject_fault(subject: string, may_have_wildcards: boolean): string {
  if (subject === '') return 'A subject is missing.'
  if (/\s/.test(subject)) return 'A subject has no blanks.'
  const tokens = subject.split('.')
  if (tokens.includes('')) return 'Between two dots, and at both ends, there has to be something.'
  const has_wildcards = tokens.some((token) => token === '*' || token === '>')
  if (has_wildcards && !may_have_wildcards) return 'A message goes to one subject: * and > are for watching.'
  const rest = tokens.indexOf('>')
  if (rest >= 0 && rest < tokens.length - 1) return '> stands for all that follows, so it comes last.'
  return ''
}
