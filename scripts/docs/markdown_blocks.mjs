// The code blocks of a page in Markdown, each with what the comments in front of it say about running it. CONTRIBUTING.md has the
// conventions.

const aliases = { bash: 'sh', shell: 'sh', javascript: 'js', mjs: 'js', typescript: 'ts' }
/** Comments in front of a block: the word -> whether something stands behind it. */
const directives = new Map([
  ['not run', true],
  ['runs on', false],
  ['output of', true],
  ['file', true],
  ['wrong', false],
  ['fresh start', false],
  ['needs', true],
  ['seconds', true],
])

/** Blocks of a page in order: { line, language, text, file, marks, faults }. line is that of the opening fence, from 1; marks has the
 * comments by their words, with what stands behind the colon, or true. */
export function find_blocks(markdown) {
  const lines = markdown.split('\n')
  const blocks = []
  for (let i = 0; i < lines.length; i++) {
    const fence = /^(\s*)(`{3,})\s*([\w+-]*)\s*$/.exec(lines[i])
    if (!fence) continue
    const [, indent, ticks, word] = fence
    const end = lines.findIndex((line, at) => at > i && line.trim() === ticks)
    const last = end < 0 ? lines.length : end
    const body = lines.slice(i + 1, last).map((line) => line.startsWith(indent) ? line.slice(indent.length) : line)
    const { marks, lead, faults } = front_of(lines, i)
    if (end < 0) faults.push('the block has no end')
    const language = aliases[word] ?? word
    if (language === '') faults.push('the block has no language')
    const file = marks.file ?? (marks['not run'] === undefined ? named_file(lead) : undefined)
    blocks.push({ line: i + 1, language, text: body.map((line) => `${line}\n`).join(''), file, marks, faults })
    i = last
  }
  return blocks
}

/** The comments directly in front of line `at`, and the line of text before them. */
function front_of(lines, at) {
  const marks = {}
  const faults = []
  let i = at - 1
  for (; i >= 0; i--) {
    const line = lines[i].trim()
    if (line === '') continue
    const comment = /^<!--(.*)-->$/.exec(line)
    if (!comment) break
    read_mark(comment[1].trim(), marks, faults)
  }
  return { marks, faults, lead: i >= 0 ? lines[i].trim() : '' }
}

function read_mark(text, marks, faults) {
  const [, word, value] = /^([a-z ]+?)(?:\s*:\s*(.*))?$/s.exec(text) ?? []
  // Other comments have their own meaning, as the marks of generated tables.
  if (!directives.has(word)) return
  if (directives.get(word) && !value?.trim()) faults.push(`"${word}" says nothing`)
  if (word === 'seconds' && !(Number(value) > 0)) faults.push(`"seconds" is a number, not ${value}`)
  marks[word] = directives.get(word) ? value?.trim() ?? '' : true
}

/** `Put this into \`a.conf\`:` names a.conf. Two names, or no colon, name nothing. */
function named_file(lead) {
  if (!lead.endsWith(':')) return undefined
  const names = [...lead.matchAll(/`([^`]+)`/g)].map((match) => match[1]).filter((name) => /^[\w./-]+\.\w+$/.test(name))
  return names.length === 1 ? names[0] : undefined
}
