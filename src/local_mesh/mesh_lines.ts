// What a mesh that forms looks like: a line for each server, and one for each route.
import type { RouteView } from './mesh_view.ts'
import { type Colour, member_colour, type Paint } from './paint.ts'

export interface MemberLook {
  readonly name: string
  readonly url: string
  /** Since the start until it answered; null: it does not yet. */
  readonly ready_after_ms: number | null
  /** Its end, in words; '' while it runs. */
  readonly end: string
}

export interface MeshLook {
  readonly members: readonly MemberLook[]
  readonly routes: readonly RouteView[]
  readonly started_ms: number
}

/** Up to so many routes stand one below the other. */
const SINGLE_COLUMN_MAX = 10
const CELL_WIDTH = 26

/** The whole picture, in as many columns of routes as fit if there are many. */
export function mesh_lines({ members, routes, started_ms }: MeshLook, columns: number, paint: Paint): string[] {
  const names = members.map(({ name }) => name)
  const cells = routes.map((route) => route_text(route, names, started_ms, paint))
  const in_a_row = routes.length <= SINGLE_COLUMN_MAX ? 1 : Math.max(1, Math.floor(columns / CELL_WIDTH))
  const rows: string[] = []
  for (let i = 0; i < cells.length; i += in_a_row) {
    rows.push(cells.slice(i, i + in_a_row).map(({ text, width }) => `  ${text}${pad(width + 2)}`).join('').trimEnd())
  }
  const width = Math.max(...members.map(({ url }) => url.length))
  return [
    ...members.map((member, i) => member_text(member, i, width, paint)),
    ...(rows.length > 0 ? ['', ...rows] : []),
  ]
}

/** A route that is up, where nothing is drawn again. */
export const route_line = ({ a, b, since_ms }: RouteView, started_ms: number): string =>
  `${a} -- ${b}  route after ${seconds(since_ms - started_ms)}`

/** Those routes, as a part of a sentence. */
export const missing_text = (routes: readonly RouteView[]): string =>
  routes.map(({ a, b }) => `${a} -- ${b}`).join(', ')

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`

function member_text({ name, url, ready_after_ms, end }: MemberLook, at: number, width: number, paint: Paint): string {
  const state = end !== ''
    ? paint(`✕ ${end}`, 'red')
    : ready_after_ms === null
    ? paint('○ starts', 'dim')
    : `${paint('●', 'green')} ready after ${seconds(ready_after_ms)}`
  return `  ${paint(name, member_colour(at))}  ${url.padEnd(width)}  ${state}`
}

const LOOKS: Readonly<Record<RouteView['state'], { readonly line: string; readonly colour: Colour }>> = Object.freeze({
  up: { line: '───', colour: 'green' },
  'one side': { line: '─ ·', colour: 'yellow' },
  none: { line: '· ·', colour: 'dim' },
})

/** `width`: without colours. */
function route_text({ a, b, state, since_ms }: RouteView, names: string[], started_ms: number, paint: Paint) {
  const { line, colour } = LOOKS[state]
  const words = state === 'up'
    ? `after ${seconds(since_ms - started_ms)}`
    : state === 'one side'
    ? 'one side'
    : 'no route'
  const name = (text: string) => paint(text, member_colour(names.indexOf(text)))
  return {
    text: `${name(a)} ${paint(line, colour)} ${name(b)}  ${state === 'up' ? words : paint(words, colour)}`,
    width: `${a} ${line} ${b}  ${words}`.length,
  }
}

const pad = (width: number): string => ' '.repeat(Math.max(0, CELL_WIDTH - width))
