// Latency: a panel for each load that times its messages, percentiles from left to right, and the figures below their points.
import { log_ticks, short_time } from './axis.ts'
import type { BenchReport, ReportedCell } from './bench_report.ts'
import { type Look, looks_of, page_svg, type Panel } from './picture_page.ts'
import { type Latencies, PERCENTILES } from './percentiles.ts'
import type { Drawing } from './svg.ts'

const COLUMNS = 2
const PLOT_HEIGHT = 190
const LEFT = 142
const HEAD = 30
const ROW = 19
/** The scale goes beyond what was measured by this factor on either side. */
const ROOM = 1.25

interface Series {
  readonly look: Look
  readonly latencies: Latencies
}

/** The picture; null if no latency was measured. */
export function latency_picture(report: BenchReport): string | null {
  const cells = report.cells.filter(({ mode, results }) =>
    mode !== 'rate' && results.some(({ latencies }) => latencies)
  )
  if (cells.length === 0) return null
  const looks = looks_of(report.contenders)
  return page_svg({
    ...{ title: 'Latency', columns: COLUMNS, report },
    legend:
      'Half of all messages were faster than p50, all but one of a thousand faster than p99.9. Lower is better; the scale is logarithmic.',
    panels: cells.map((cell) => latency_panel(cell, title_of(cell, report.pace), looks)),
  })
}

/** The ends of a logarithmic scale on which all these are. */
export function log_range(values: readonly number[]): [low: number, high: number] {
  const present = values.filter((value) => value > 0)
  return present.length === 0 ? [1, 10] : [Math.min(...present) / ROOM, Math.max(...present) * ROOM]
}

function latency_panel(cell: ReportedCell, title: string, looks: ReadonlyMap<string, Look>): Panel {
  const series = cell.results.flatMap(({ contender, latencies }) =>
    latencies === null ? [] : [{ look: looks.get(contender) as Look, latencies }]
  )
  const [low, high] = log_range(series.flatMap(({ latencies }) => PERCENTILES.map(([, field]) => latencies[field])))
  return {
    height: HEAD + PLOT_HEIGHT + 12 + ROW * (series.length + 1),
    draw(drawing, x, y, width) {
      const plot = { x: x + LEFT, y: y + HEAD, width: width - LEFT }
      const x_of = (at: number) => plot.x + plot.width * (at + 0.5) / PERCENTILES.length
      const y_of = (us: number) => plot.y + PLOT_HEIGHT * (1 - Math.log(Math.max(us, low) / low) / Math.log(high / low))
      drawing.text(x, y + 14, title, { size: 14, bold: true })
      for (const tick of log_ticks(low, high)) {
        drawing.line([[plot.x, y_of(tick)], [plot.x + plot.width, y_of(tick)]], 'grid')
        drawing.text(plot.x - 8, y_of(tick) + 4, short_time(tick), { size: 11, anchor: 'end', ink: 'quiet' })
      }
      for (const { look, latencies } of series) {
        const points = PERCENTILES.map(([, field], at): [number, number] => [x_of(at), y_of(latencies[field])])
        drawing.line(points, look.ink, 2)
        for (const [px, py] of points) drawing.marker(px, py, look.marker, look.ink)
      }
      draw_figures(drawing, series, x, plot.y + PLOT_HEIGHT + 12, x_of)
    },
  }
}

const title_of = ({ name, mode }: ReportedCell, pace: number): string =>
  mode === 'round_trip' ? `${name}: until the answer` : `${name} at ${pace.toLocaleString('en-US')} messages/s`

/** Rows of figures, which are the legend too. */
function draw_figures(
  drawing: Drawing,
  series: readonly Series[],
  x: number,
  top: number,
  x_of: (at: number) => number,
): void {
  PERCENTILES.forEach(([name], at) =>
    drawing.text(x_of(at), top + 12, name, { size: 12, anchor: 'middle', bold: true })
  )
  series.forEach(({ look, latencies }, i) => {
    const y = top + ROW * (i + 1) + 13
    drawing.line([[x, y - 4], [x + 20, y - 4]], look.ink, 2)
    drawing.marker(x + 10, y - 4, look.marker, look.ink)
    drawing.text(x + 26, y, look.name, { size: 11 })
    PERCENTILES.forEach(([, field], at) =>
      drawing.text(x_of(at), y, short_time(latencies[field]), { size: 11, anchor: 'middle' })
    )
  })
}
