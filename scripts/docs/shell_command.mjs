// One command of a page, run by bash in the page's folder, behind what the commands before it left: folder, variables, status.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { start_process, stop_process } from '../child_process.mjs'
import { sleep } from '../server_process.mjs'

/** Only the newest command may leave its state behind: one that goes on in the background ends when its variables are old. */
const script = `exec 2>&1
[ -f "$DOCS_STATE/env" ] && . "$DOCS_STATE/env"
[ -f "$DOCS_STATE/folder" ] && cd "$(cat "$DOCS_STATE/folder")"
DOCS_STATUS=$(cat "$DOCS_STATE/status" 2>/dev/null || echo 0)
(exit "$DOCS_STATUS")
eval "$DOCS_COMMAND"
DOCS_STATUS=$?
if [ "$(cat "$DOCS_STATE/turn")" = "$DOCS_TURN" ]; then
  echo "$DOCS_STATUS" > "$DOCS_STATE/status"
  pwd > "$DOCS_STATE/folder"
  export -p | grep -v ' DOCS_' > "$DOCS_STATE/env"
fi
exit "$DOCS_STATUS"`
const POLL_MS = 20

export class ShellCommand {
  output = ''
  #child
  #ended

  constructor(command, { folder, environment }) {
    this.command = command
    const turn = String(next_turn(folder.state))
    const env = { ...environment, DOCS_COMMAND: command, DOCS_STATE: folder.state, DOCS_TURN: turn }
    this.#child = start_process(['bash', '-c', script], { cwd: folder.path, env })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (text) => this.output += text)
    }
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', resolve)
      // Output that is still in the pipe comes before `close`; what a grandchild holds open is not waited for.
      this.#child.once(
        'exit',
        () => Promise.race([new Promise((done) => this.#child.once('close', done)), sleep(200)]).then(resolve),
      )
    })
    this.#ended.then(() => this.ended = true)
  }

  ended = false

  get status() {
    return this.#child.exitCode ?? this.#child.signalCode
  }

  /** Waits until test() is true or the command has ended; false if neither came in time. */
  async until(test, limit_ms) {
    const late = performance.now() + limit_ms
    while (!this.ended && !test()) {
      if (performance.now() > late) return false
      await Promise.race([this.#ended, sleep(POLL_MS)])
    }
    return true
  }

  /** Ctrl-C, for the command and what it started. */
  interrupt() {
    try {
      process.kill(-this.#child.pid, 'SIGINT')
    } catch {
      // It has ended by itself.
    }
  }

  async stop() {
    this.interrupt()
    await this.until(() => false, 3000)
    await stop_process(this.#child, 0)
  }
}

function next_turn(state) {
  const path = join(state, 'turn')
  let turn = 1
  try {
    turn = Number(readFileSync(path, 'utf8')) + 1
  } catch {
    // The first one.
  }
  writeFileSync(path, `${turn}\n`)
  return turn
}
