// The commands of a block, and the output that it shows for them.

/** Commands of an `sh` block, which shows no output, or of a `console` block: { command, expected, interrupted, goes_on }. interrupted is
 * how many of the expected lines come before Ctrl-C, undefined without one; goes_on: an `&` stands behind it. */
export function shown_commands({ language, text }) {
  const lines = text.replace(/\n$/, '').split('\n')
  const found = language === 'sh' ? lines_of_script(lines) : lines_of_console(lines)
  return found.map((one) => ({ ...one, ...background(one.command) }))
}

function lines_of_script(lines) {
  const commands = []
  for (let i = 0; i < lines.length; i++) {
    if (lines[i].trim() === '' || lines[i].trim().startsWith('#')) continue
    const taken = [lines[i]]
    const here = /<<-?\s*['"]?(\w+)['"]?/.exec(lines[i])
    if (here) { while (i + 1 < lines.length && taken.at(-1).trim() !== here[1]) taken.push(lines[++i]) }
    else while (taken.at(-1).endsWith('\\') && i + 1 < lines.length) taken.push(lines[++i])
    commands.push({ command: taken.join('\n'), expected: [], interrupted: undefined })
  }
  return commands
}

function lines_of_console(lines) {
  const commands = []
  for (const line of lines) {
    const current = commands.at(-1)
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2), expected: [], interrupted: undefined })
    else if (!current) {
      if (line.trim() !== '') throw new Error(`there is output before the first command: ${line}`)
    } else if (line.startsWith('> ') && current.expected.length === 0) current.command += `\n${line.slice(2)}`
    else if (line.trim() === '^C') current.interrupted = current.expected.length
    else current.expected.push(line)
  }
  for (const command of commands) command.expected = command.expected.filter((line) => line.trim() !== '')
  return commands
}

function background(command) {
  const match = /^(.*[^&\s])\s*&\s*$/s.exec(command)
  return match ? { command: match[1], goes_on: true } : { goes_on: false }
}
