// What the pictures of the bench have in common: a head, panels side by side, and how it was measured at the foot.
import { type BenchReport, head_lines, type ReportedContender } from './bench_report.ts'
import { Drawing, type Ink, type Marker, MARKERS, other_ink, our_ink, wrapped } from './svg.ts'

const WIDTH = 860
const MARGIN = 20
const GAP = 24
const TITLE = 17
const NOTE = 11
const NOTE_LINE = 15

/** A part of a page, in a place of its own. */
export interface Panel {
  readonly height: number
  /** Draws it with its upper left corner at x and y. */
  draw(drawing: Drawing, x: number, y: number, width: number): void
}

export interface PageParts {
  readonly title: string
  /** Below the title: what the marks mean. */
  readonly legend: string
  readonly columns: number
  readonly panels: readonly Panel[]
  readonly report: BenchReport
}

/** How a contender is drawn everywhere. */
export interface Look {
  readonly name: string
  readonly ink: string
  readonly colour: Ink
  readonly marker: Marker
}

/** Of all contenders: ours with the product's name, since here they stand beside others. */
export function looks_of(contenders: readonly ReportedContender[]): Map<string, Look> {
  const ours = contenders.filter(({ workers }) => workers !== null)
  const others = contenders.filter(({ workers }) => workers === null)
  const looks = new Map<string, Look>()
  ours.forEach(({ name }, i) => {
    const colour = our_ink(i, ours.length)
    looks.set(name, { name: `onehop, ${name}`, ink: `ours-${i}`, colour, marker: MARKERS[i % (MARKERS.length - 1)] })
  })
  others.forEach(({ name }, i) => {
    looks.set(name, { name, ink: `other-${i}`, colour: other_ink(i), marker: MARKERS[MARKERS.length - 1] })
  })
  return looks
}

/** The width of a panel. */
export const panel_width = (columns: number): number => (WIDTH - 2 * MARGIN - GAP * (columns - 1)) / columns

/** Draws head, panels and foot, one below the other. */
export function page_svg({ title, legend, columns, panels, report }: PageParts): string {
  const inks = [...looks_of(report.contenders).values()].map(({ ink, colour }) => [ink, colour] as const)
  const drawing = new Drawing(Object.fromEntries(inks))
  const width = panel_width(columns)
  const inner = WIDTH - 2 * MARGIN
  let y = MARGIN + TITLE
  drawing.text(MARGIN, y, title, { size: TITLE, bold: true })
  y += 6
  for (const line of wrapped(legend, 12, inner)) drawing.text(MARGIN, y += 17, line, { ink: 'quiet' })
  y += GAP
  for (let first = 0; first < panels.length; first += columns) {
    const row = panels.slice(first, first + columns)
    row.forEach((panel, column) => panel.draw(drawing, MARGIN + column * (width + GAP), y, width))
    y += Math.max(...row.map(({ height }) => height)) + GAP
  }
  for (const line of head_lines(report).flatMap((line) => wrapped(line, NOTE, inner))) {
    drawing.text(MARGIN, y += NOTE_LINE, line, { size: NOTE, ink: 'quiet' })
  }
  return drawing.svg(WIDTH, y + MARGIN, title)
}
