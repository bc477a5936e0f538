// Pictures as SVG text, for light and dark: words, lines and boxes in a few colours that have names.

/** How a system without the others' fonts writes, so that what fits here fits everywhere. */
const FONTS = "system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif"
/** Widths of letters as shares of the size, of a wide font; letters that are not named have the middle one. */
const WIDTHS: readonly (readonly [letters: string, width: number])[] = [["ijlftr.,:;|!'()[] -1", 0.42], [
  'mwMW%@',
  0.95,
]]
const WIDTH_MIDDLE = 0.62

/** A colour by day and by night. */
export interface Ink {
  readonly light: string
  readonly dark: string
}

export const INKS = Object.freeze({
  paper: { light: '#ffffff', dark: '#0d1117' },
  frame: { light: '#d0d7de', dark: '#3d444d' },
  words: { light: '#1f2328', dark: '#f0f6fc' },
  quiet: { light: '#59636e', dark: '#9198a1' },
  grid: { light: '#e4e8ec', dark: '#262c36' },
  ideal: { light: '#8c959f', dark: '#7d8590' },
  ours: { light: '#0969da', dark: '#58a6ff' },
})

/** Of ours from the fewest workers to the most; they differ in lightness, which everybody sees. */
const OURS: readonly [from: Ink, to: Ink] = [{ light: '#4a9bd4', dark: '#2f74b5' }, {
  light: '#0a3069',
  dark: '#c2e0ff',
}]
/** Of other servers: no blue, and apart for whoever sees red and green as one. */
const OTHERS: readonly Ink[] = [{ light: '#c4570a', dark: '#ff9e4f' }, { light: '#8f3a84', dark: '#e29ad8' }]

/** The colour of ours, at `at` of `count`. */
export function our_ink(at: number, count: number): Ink {
  const share = count < 2 ? 1 : at / (count - 1)
  const [from, to] = OURS
  return { light: mixed(from.light, to.light, share), dark: mixed(from.dark, to.dark, share) }
}

export const other_ink = (at: number): Ink => OTHERS[at % OTHERS.length]

function mixed(from: string, to: string, share: number): string {
  const parts = [1, 3, 5].map((at) => {
    const [a, b] = [from, to].map((colour) => parseInt(colour.slice(at, at + 2), 16))
    return Math.round(a + (b - a) * share).toString(16).padStart(2, '0')
  })
  return `#${parts.join('')}`
}

/** About how wide words are, rather too wide. */
export function text_width(words: string, size: number): number {
  const width = (letter: string) => WIDTHS.find(([letters]) => letters.includes(letter))?.[1] ?? WIDTH_MIDDLE
  return [...words].reduce((sum, letter) => sum + width(letter), 0) * size
}

/** Words in lines that are no wider. */
export function wrapped(words: string, size: number, width: number): string[] {
  const lines: string[] = []
  for (const word of words.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`
    if (lines.length > 0 && text_width(longer, size) <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const tenth = (value: number): number => Math.round(value * 10) / 10

export type Marker = 'circle' | 'square' | 'triangle' | 'diamond'
export const MARKERS: readonly Marker[] = ['circle', 'square', 'triangle', 'diamond']

export interface TextLook {
  readonly size?: number
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly ink?: string
  readonly bold?: boolean
  /** Stands out from what is drawn below. */
  readonly halo?: boolean
}

/** A picture that grows: every ink is known by a name, which is a class. */
export class Drawing {
  readonly #parts: string[] = []
  readonly #inks: ReadonlyMap<string, Ink>

  constructor(inks: Readonly<Record<string, Ink>> = {}) {
    this.#inks = new Map(Object.entries({ ...INKS, ...inks }))
  }

  text(x: number, y: number, words: string, look: TextLook = {}): void {
    const { size = 12, anchor = 'start', ink = 'words', bold = false, halo = false } = look
    const more = `${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}${bold ? ' font-weight="600"' : ''}`
    const classes = `f-${ink}${halo ? ' halo' : ''}`
    this.#parts.push(
      `<text x="${tenth(x)}" y="${tenth(y)}" font-size="${size}" class="${classes}"${more}>${escaped(words)}</text>`,
    )
  }

  line(points: readonly (readonly [x: number, y: number])[], ink: string, width = 1, dashes = ''): void {
    const all = points.map(([x, y]) => `${tenth(x)},${tenth(y)}`).join(' ')
    const more = dashes === '' ? '' : ` stroke-dasharray="${dashes}"`
    this.#parts.push(`<polyline points="${all}" fill="none" class="s-${ink}" stroke-width="${width}"${more}/>`)
  }

  box(x: number, y: number, width: number, height: number, ink: string): void {
    this.#parts.push(
      `<rect x="${tenth(x)}" y="${tenth(y)}" width="${tenth(width)}" height="${tenth(height)}" class="f-${ink}"/>`,
    )
  }

  /** A point of a line; hollow: filled with the paper. */
  marker(x: number, y: number, marker: Marker, ink: string, hollow = false): void {
    const look = `class="${hollow ? 'f-paper' : `f-${ink}`} s-${ink}" stroke-width="2"`
    const at = (points: readonly (readonly [number, number])[]) =>
      `<polygon points="${points.map(([dx, dy]) => `${tenth(x + dx)},${tenth(y + dy)}`).join(' ')}" ${look}/>`
    if (marker === 'circle') this.#parts.push(`<circle cx="${tenth(x)}" cy="${tenth(y)}" r="4" ${look}/>`)
    else if (marker === 'square') this.#parts.push(at([[-3.5, -3.5], [3.5, -3.5], [3.5, 3.5], [-3.5, 3.5]]))
    else if (marker === 'triangle') this.#parts.push(at([[0, -4.5], [4.5, 3.5], [-4.5, 3.5]]))
    else this.#parts.push(at([[0, -5], [5, 0], [0, 5], [-5, 0]]))
  }

  /** The whole, on paper of its own: it is legible on a page of either kind. */
  svg(width: number, height: number, title: string): string {
    const [w, h] = [Math.ceil(width), Math.ceil(height)]
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" role="img" font-family="${FONTS}">`,
      `<title>${escaped(title)}</title>`,
      `<style>${
        this.#style('light')
      }.halo{paint-order:stroke;stroke-width:4px;stroke-linejoin:round}@media(prefers-color-scheme:dark){${
        this.#style('dark')
      }}</style>`,
      `<rect x=".5" y=".5" width="${w - 1}" height="${h - 1}" rx="6" class="f-paper s-frame"/>`,
      ...this.#parts,
      '</svg>\n',
    ].join('\n')
  }

  #style(time: keyof Ink): string {
    const rules = [...this.#inks].map(([name, ink]) => `.f-${name}{fill:${ink[time]}}.s-${name}{stroke:${ink[time]}}`)
    return `${rules.join('')}.halo{stroke:${INKS.paper[time]}}`
  }
}
