// Colours of a terminal, or none.

export type Colour = keyof typeof CODES

const CODES = Object.freeze({
  ...{ bold: '1', dim: '2', red: '31', green: '32', yellow: '33', blue: '34', magenta: '35', cyan: '36' },
  ...{ bright_green: '92', bright_yellow: '93', bright_blue: '94', bright_magenta: '95' },
})
/** A colour for each member, in the order of the names; red is for what is wrong. */
const OF_MEMBERS: readonly Colour[] = Object.freeze([
  ...['cyan', 'yellow', 'magenta', 'green', 'blue'] as const,
  ...['bright_yellow', 'bright_magenta', 'bright_green', 'bright_blue'] as const,
])

export type Paint = (text: string, colour: Colour) => string

/** Plain where nobody looks, or where the environment says so (NO_COLOR, as no-color.org has it). */
export function make_paint(is_terminal: boolean, environment: Readonly<Record<string, string | undefined>>): Paint {
  const is_plain = !is_terminal || (environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb'
  return is_plain ? (text) => text : (text, colour) => `\x1b[${CODES[colour]}m${text}\x1b[0m`
}

export const member_colour = (at: number): Colour => OF_MEMBERS[at % OF_MEMBERS.length]

/** How many places text takes, and at most that many of it. What is cut loses its colours. */
export function cut(text: string, columns: number): string {
  // deno-lint-ignore no-control-regex
  const plain = text.replace(/\x1b\[[\d;]*m/g, '')
  return plain.length <= columns ? text : plain.slice(0, columns)
}
