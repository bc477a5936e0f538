// Subjects of a scoped signing key: what stands for the user is put in (reference client.md 5.7).
import { TEMPLATE_SUBJECTS_MAX } from '../base/limits.ts'
import { is_subject } from './transform.ts'

/** Whom a template is filled for. */
export interface TemplateUser {
  readonly name: string
  readonly subject: string
  readonly tags: readonly string[]
  readonly account_name: string
  readonly account_subject: string
  readonly account_tags: readonly string[]
}

const CALL = /\{\{\s*([a-z-]+)\(([^)]*)\)\s*\}\}/gi

/** All subjects that come out of one: a tag with several values makes several. Null: too many, or an unknown function. */
export function fill_template(template: string, user: TemplateUser): string[] | null {
  let made = [''], at = 0
  for (const found of template.matchAll(CALL)) {
    const values = values_of(found[1].toLowerCase(), found[2].trim(), user)
    if (values === null || made.length * values.length > TEMPLATE_SUBJECTS_MAX) return null
    const before = template.slice(at, found.index)
    made = made.flatMap((text) => values.map((value) => text + before + value))
    at = found.index + found[0].length
  }
  return made.map((text) => text + template.slice(at))
}

function values_of(name: string, argument: string, user: TemplateUser): string[] | null {
  switch (name) {
    case 'name':
      return [user.name]
    case 'subject':
      return [user.subject]
    case 'account-name':
      return [user.account_name]
    case 'account-subject':
      return [user.account_subject]
    case 'tag':
      return tag_values(user.tags, argument)
    case 'account-tag':
      return tag_values(user.account_tags, argument)
    default:
      return null
  }
}

/** Tags are compared in lower case, as they are written by the tools. */
function tag_values(tags: readonly string[], key: string): string[] {
  const prefix = `${key.toLowerCase()}:`
  return tags.filter((tag) => tag.toLowerCase().startsWith(prefix)).map((tag) => tag.slice(prefix.length))
}

/** Whether a subject that came out can be one. */
export const is_filled_subject = (subject: string): boolean => !/[\s{}]/.test(subject) && is_subject(subject.split('.'))
