// Runs the blocks of one page, one after the other, and says of each whether it is true. CONTRIBUTING.md has the conventions.
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { transform } from 'esbuild'
import { root } from '../runtimes.mjs'
import { sleep } from '../server_process.mjs'
import { output_fault } from './loose_output.mjs'
import { find_blocks } from './markdown_blocks.mjs'
import { PageFolder } from './page_folder.mjs'
import { ShellCommand } from './shell_command.mjs'
import { shown_commands } from './shown_commands.mjs'

const COMMAND_SECONDS = 20
const AGAIN_MS = 5000
const QUIET_MS = 1000
const ready = /Server is ready\s*$/m

/** What became of a block: { line, language, fault } with a fault of null if it is true, or { line, language, not_run }. */
export async function run_page(page, { on_result = () => {} } = {}) {
  const run = new PageRun()
  try {
    const blocks = find_blocks(readFileSync(join(root, page), 'utf8'))
    for (const block of blocks) on_result({ line: block.line, language: block.language, ...await run.block(block) })
    const [unused] = run.unused_files()
    if (unused) on_result({ line: unused.line, language: unused.language, fault: `no command names ${unused.file}` })
  } finally {
    await run.end()
  }
}

class PageRun {
  #folder = new PageFolder()
  #commands = []
  #written = []

  async block(block) {
    if (block.faults.length) return { fault: block.faults.join('; ') }
    if (block.marks['not run']) return { not_run: block.marks['not run'] }
    if (block.marks['fresh start']) await this.#fresh_start()
    if (block.marks.needs && !await this.#has(block.marks.needs)) {
      return { not_run: `${block.marks.needs} is not in PATH` }
    }
    try {
      return { fault: await this.#fault(block) }
    } catch (error) {
      return { fault: error.message }
    }
  }

  /** Files that no command of the page has named. */
  unused_files() {
    return this.#written.filter(({ file }) => !this.#commands.some(({ command }) => command.includes(file)))
  }

  async end() {
    await Promise.all(this.#commands.map((command) => command.stop()))
    this.#folder.remove()
  }

  async #fresh_start() {
    await Promise.all(this.#commands.map((command) => command.stop()))
    this.#folder.clear()
  }

  async #has(program) {
    const command = this.#start(`command -v ${program}`)
    await command.until(() => false, COMMAND_SECONDS * 1000)
    this.#commands.pop()
    return command.status === 0
  }

  #start(command) {
    const started = new ShellCommand(command, { folder: this.#folder, environment: this.#folder.environment() })
    this.#commands.push(started)
    return started
  }

  async #fault(block) {
    switch (block.language) {
      case 'sh':
      case 'console':
        return await this.#run_commands(block)
      case 'js':
      case 'ts':
        return await this.#run_module(block)
      case 'conf':
        return await this.#check_configuration(block)
      case 'text':
        return block.file ? this.#write(block) : await this.#compare_output(block)
      case 'json':
        JSON.parse(block.text)
        return block.file ? this.#write(block) : null
    }
    return block.file ? this.#write(block) : `nothing runs ${block.language}: name its file, or say why it is not run`
  }

  /** Written for a command of the page. */
  #write(block) {
    this.#write_file(block.file, block.text)
    this.#written.push(block)
    return null
  }

  /** Into the folder to which the commands have gone. */
  #write_file(name, text) {
    const gone_to = join(this.#folder.state, 'folder')
    const current = existsSync(gone_to) ? readFileSync(gone_to, 'utf8').trim() : this.#folder.path
    this.#folder.write(join(relative(this.#folder.path, current), name), text)
  }

  async #check_configuration({ line, text, file = `block_${line}.conf`, marks }) {
    this.#write_file(file, text)
    const command = this.#start(`onehop -c '${file}' -t`)
    await command.until(() => false, COMMAND_SECONDS * 1000)
    if (marks.wrong) return command.status === 1 ? null : `is not refused: ${command.output}`
    return command.status === 0 ? null : command.output
  }

  async #run_module(block) {
    if (block.file) return this.#write(block)
    const { code } = await transform(block.text, { loader: block.language })
    const name = `block_${block.line}.mjs`
    this.#write_file(name, block.language === 'ts' ? code : block.text)
    return await this.#one_command({ command: `node ${name}`, expected: [], goes_on: false }, block.marks, true)
  }

  async #run_commands(block) {
    const commands = shown_commands(block)
    if (commands.length === 0) return 'there is no command in it'
    for (const [i, command] of commands.entries()) {
      const fault = await this.#one_command(command, block.marks, i === commands.length - 1)
      if (fault) return `${command.command}\n  ${fault}`
    }
    return null
  }

  async #one_command(shown, marks, is_last) {
    const limit_ms = 1000 * Number(marks.seconds ?? COMMAND_SECONDS)
    const again_until = performance.now() + (shown.command.startsWith('curl ') ? AGAIN_MS : 0)
    for (;;) {
      const command = this.#start(shown.command)
      const goes_on = shown.goes_on || marks['runs on'] === true && is_last
      const fault = await this.#outcome(command, shown, goes_on, limit_ms)
      if (fault === null || performance.now() > again_until) return fault
      await sleep(100)
    }
  }

  async #outcome(command, { expected, interrupted }, goes_on, limit_ms) {
    const shown = interrupted === undefined ? expected : expected.slice(0, interrupted)
    const fits = () => output_fault(shown, command.output, { whole: false })
    const has_come = () => goes_on ? shown.length > 0 && fits() === null : ready.test(command.output)
    const in_time = await command.until(has_come, goes_on && shown.length === 0 ? QUIET_MS : limit_ms)
    if (!in_time && !goes_on) return `no end within ${limit_ms / 1000} s:\n${command.output}`
    if (!command.ended) {
      await command.until(() => fits() === null, limit_ms)
      if (interrupted === undefined || fits() !== null) return with_output(fits(), command)
      command.interrupt()
      if (!await command.until(() => false, limit_ms)) return 'goes on after Ctrl-C'
      return with_output(output_fault(expected, command.output, { whole: false }), command)
    }
    if (goes_on) return with_output('has ended', command)
    if (expected.length) return with_output(output_fault(expected, command.output, { whole: true }), command)
    return command.status === 0 ? null : with_output(`status ${command.status}`, command)
  }

  async #compare_output({ text, marks }) {
    const words = marks['output of']
    const of = this.#commands.findLast(({ command }) => words === undefined || command.includes(words))
    if (!of) return words === undefined ? 'nothing ran before it' : `no command contains ${words}`
    const whole = of.ended && words === undefined
    const fault = () => output_fault(text.split('\n'), of.output, { whole })
    await of.until(() => fault() === null, 1000 * Number(marks.seconds ?? COMMAND_SECONDS / 2))
    return with_output(fault(), of)
  }
}

function with_output(fault, { output }) {
  return fault && `${fault}\n--- output\n${output.trimEnd()}\n---`
}
