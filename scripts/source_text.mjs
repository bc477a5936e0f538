// Reading source files for the checks, without a compiler: comments and strings are blanked, so that a search finds code only.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from './runtimes.mjs'

/** Every file of this repository under the given folders or names, as { path, text, code, masked }, path relative to the
 * root with slashes. code: comments are blank; masked: strings too. Lines and columns stay where they are. */
export function read_sources(names, suffix = /\.(ts|mjs)$/) {
  return list_files(names, suffix).map((path) => source_of(path, readFileSync(join(root, path), 'utf8')))
}

/** One source made of text. */
export function source_of(path, text) {
  return { path, text, ...mask(text) }
}

/** Paths under the given folders or files that end in suffix, sorted. What does not exist gives nothing. */
export function list_files(names, suffix) {
  const paths = []
  const walk = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat?.isDirectory()) { for (const name of readdirSync(path)) walk(join(path, name)) }
    else if (stat && suffix.test(path)) paths.push(relative(root, path).replaceAll('\\', '/'))
  }
  for (const name of names) walk(join(root, name))
  return paths.sort()
}

/** The line number, from 1, of an offset. */
export function line_at(text, offset) {
  let line = 1
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) line++
  return line
}

const blank = (text) => text.replace(/[^\n]/g, ' ')
// After one of these a slash begins a regular expression, after anything else it divides.
const before_regex = /(^|[(,=:[!&|?{};+\-*%<>~^\n]|\b(return|typeof|case|in|of|do|else|void))\s*$/

/** Blanks comments (code), and strings, templates and regular expressions as well (masked). */
export function mask(text) {
  let code = ''
  let masked = ''
  const take = (length, kind) => {
    const piece = text.slice(code.length, code.length + length)
    code += kind === 'comment' ? blank(piece) : piece
    masked += kind === 'code' ? piece : blank(piece)
  }
  // One entry per open `${` of a template: how many braces are open inside it.
  const templates = []
  while (code.length < text.length) {
    const at = code.length
    const two = text.slice(at, at + 2)
    if (two === '//') take(to_line_end(text, at) - at, 'comment')
    else if (two === '/*') take(end_after(text, '*/', at + 2) - at, 'comment')
    else if (text[at] === "'" || text[at] === '"') take(string_end(text, at) - at, 'string')
    else if (text[at] === '/' && before_regex.test(masked.slice(-80))) take(regex_end(text, at) - at, 'string')
    else if (text[at] === '`') take(template_end(text, at + 1, templates) - at, 'string')
    else if (text[at] === '}' && templates.at(-1) === 0) {
      templates.pop()
      take(template_end(text, at + 1, templates) - at, 'string')
    } else {
      if (templates.length && text[at] === '{') templates[templates.length - 1]++
      if (templates.length && text[at] === '}') templates[templates.length - 1]--
      take(1, 'code')
    }
  }
  return { code, masked }
}

function to_line_end(text, from) {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function end_after(text, mark, from) {
  const end = text.indexOf(mark, from)
  return end < 0 ? text.length : end + mark.length
}

function string_end(text, from) {
  let i = from + 1
  while (i < text.length && text[i] !== text[from] && text[i] !== '\n') i += text[i] === '\\' ? 2 : 1
  return Math.min(i + 1, text.length)
}

function regex_end(text, from) {
  let in_class = false
  let i = from + 1
  for (; i < text.length && text[i] !== '\n'; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '[') in_class = true
    else if (text[i] === ']') in_class = false
    else if (text[i] === '/' && !in_class) return i + 1
  }
  return i
}

/** The end of a template's text: behind its closing quote, or behind `${`, which is noted in templates. */
function template_end(text, from, templates) {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '`') return i + 1
    else if (text.startsWith('${', i)) {
      templates.push(0)
      return i + 2
    }
  }
  return text.length
}
