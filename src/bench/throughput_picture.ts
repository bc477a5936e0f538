// Throughput by number of workers: a panel for each pattern, with the line of a perfect growth and the others' level.
import { clipped, linear_ticks, short_count } from './axis.ts'
import { type BenchReport, is_limited, type ReportedCell } from './bench_report.ts'
import type { CellResult } from './measurement.ts'
import { type Look, looks_of, page_svg, type Panel } from './picture_page.ts'
import type { Drawing } from './svg.ts'

/** So many numbers of workers have room in a panel, by the columns of panels. */
const COLUMNS: readonly [columns: number, counts_max: number][] = [[3, 4], [2, 6]]
const PLOT_HEIGHT = 150
const LEFT = 46
const HEAD = 24
const OTHER_LINE = 16
const FOOT = 34
/** Room above the highest point for its figure. */
const HEADROOM = 1.22
/** The perfect line may end above what was measured by this factor: else nothing else could be told apart. */
const IDEAL_ROOM = 1.8

interface Point {
  readonly workers: number
  readonly rate: number
  readonly limited: boolean
}

/** The picture; null if nothing was measured by rate, or by one number of workers only and against nobody. */
export function throughput_picture(report: BenchReport): string | null {
  const cells = report.cells.filter(({ mode }) => mode !== 'paced')
  if (cells.length === 0) return null
  const looks = looks_of(report.contenders)
  const ours = report.contenders.filter(({ workers }) => workers !== null).length
  const others = report.contenders.filter(({ workers }) => workers === null).map(({ name }) => looks.get(name) as Look)
  const words = ['Dots: onehop. Grey dashes: what it would be if it grew with the workers from 1 on']
  if (others.length > 0) words.push(`Level lines: ${others.map(({ name }) => name).join(', ')}`)
  if (cells.some(({ mode, results }) => results.some((result) => is_limited(mode, result)))) {
    words.push('Hollow dots: there the load generator was the limit')
  }
  return page_svg({
    ...{ title: 'Throughput by number of workers', legend: `${words.join('. ')}.`, columns: columns_for(ours), report },
    panels: cells.map((cell) => rate_panel(cell, others, looks)),
  })
}

/** The more numbers of workers there are, the wider a panel has to be. */
export const columns_for = (counts: number): number => COLUMNS.find(([, most]) => counts <= most)?.[0] ?? 1

/** The perfect line: from one worker on, the rate of one times the number. */
export function ideal_line(points: readonly Point[], counts: readonly number[]): [workers: number, rate: number][] {
  const one = points.find(({ workers }) => workers === 1)
  return one === undefined
    ? []
    : counts.filter((workers) => workers >= 1).map((workers) => [workers, one.rate * workers])
}

/** The highest value of a panel: all that was measured, and of the perfect line as much as leaves the rest legible. */
export function panel_top(rates: readonly number[], ideal: readonly number[]): number {
  const measured = Math.max(1, ...rates)
  return Math.max(measured * HEADROOM, Math.min(Math.max(0, ...ideal) * 1.05, measured * IDEAL_ROOM))
}

function rate_panel(cell: ReportedCell, others: readonly Look[], looks: ReadonlyMap<string, Look>): Panel {
  const measured = cell.results.filter(({ rate }) => rate !== null)
  const points = measured.filter(({ workers }) => workers !== null).map((result) => point_of(cell, result))
  const levels = measured.filter(({ workers }) => workers === null)
  const counts = cell.results.flatMap(({ workers }) => workers === null ? [] : [workers])
  const ideal = ideal_line(points, counts)
  const top = panel_top(measured.map(({ rate }) => rate ?? 0), ideal.map(([, rate]) => rate))
  return {
    height: HEAD + OTHER_LINE * others.length + PLOT_HEIGHT + FOOT,
    draw(drawing, x, y, width) {
      const plot = { x: x + LEFT, y: y + HEAD + OTHER_LINE * others.length, width: width - LEFT }
      const y_of = (rate: number) => plot.y + PLOT_HEIGHT * (1 - rate / top)
      const x_of = (at: number) => plot.x + plot.width * (at + 0.5) / counts.length
      drawing.text(x, y + 12, cell.name, { size: 14, bold: true })
      drawing.text(x + width, y + 12, `${cell.unit} per second`, { size: 11, anchor: 'end', ink: 'quiet' })
      levels.forEach((level, i) => draw_level_name(drawing, x, y + 30 + OTHER_LINE * i, level, looks))
      for (const tick of linear_ticks(top, 4)) {
        drawing.line([[plot.x, y_of(tick)], [plot.x + plot.width, y_of(tick)]], 'grid')
        drawing.text(plot.x - 7, y_of(tick) + 4, short_count(tick), { size: 11, anchor: 'end', ink: 'quiet' })
      }
      draw_ideal(drawing, ideal, top, (workers) => x_of(counts.indexOf(workers)), y_of)
      for (const { contender, rate } of levels) {
        const { ink } = looks.get(contender) as Look
        drawing.line([[plot.x, y_of(rate ?? 0)], [plot.x + plot.width, y_of(rate ?? 0)]], ink, 2, '7 3')
      }
      const level_ys = levels.map(({ rate }) => y_of(rate ?? 0))
      const figure = (point_y: number) => figure_y(point_y, level_ys, plot.y + PLOT_HEIGHT)
      draw_points(drawing, points, (workers) => x_of(counts.indexOf(workers)), y_of, figure)
      counts.forEach((count, at) =>
        drawing.text(x_of(at), plot.y + PLOT_HEIGHT + 16, String(count), { size: 12, anchor: 'middle' })
      )
      drawing.text(plot.x + plot.width / 2, plot.y + PLOT_HEIGHT + 31, 'workers', {
        ...{ size: 11, anchor: 'middle', ink: 'quiet' },
      })
    },
  }
}

const point_of = ({ mode }: ReportedCell, result: CellResult): Point => ({
  ...{ workers: result.workers ?? 0, rate: result.rate ?? 0, limited: is_limited(mode, result) },
})

function draw_level_name(
  drawing: Drawing,
  x: number,
  y: number,
  { contender, rate }: CellResult,
  looks: ReadonlyMap<string, Look>,
): void {
  const { ink, name } = looks.get(contender) as Look
  drawing.line([[x, y - 4], [x + 22, y - 4]], ink, 2, '7 3')
  drawing.text(x + 28, y, `${name}: ${short_count(rate ?? 0)}`, { size: 11 })
}

function draw_ideal(
  drawing: Drawing,
  ideal: readonly [workers: number, rate: number][],
  top: number,
  x_of: (workers: number) => number,
  y_of: (rate: number) => number,
): void {
  const inside: [number, number][] = []
  ideal.forEach(([workers, rate], i) => {
    const before = ideal[i - 1]
    if (before !== undefined && before[1] >= top) return
    const [x, value] = before === undefined
      ? [x_of(workers), rate]
      : clipped([x_of(before[0]), before[1]], [x_of(workers), rate], top)
    inside.push([x, y_of(value)])
  })
  if (inside.length > 1) drawing.line(inside, 'ideal', 1.5, '3 4')
}

/** The number of workers 0 is another way of running, not less of the same: it stands apart from the line. */
function draw_points(
  drawing: Drawing,
  points: readonly Point[],
  x_of: (workers: number) => number,
  y_of: (rate: number) => number,
  figure_y_of: (point_y: number) => number,
): void {
  const line = points.filter(({ workers }) => workers > 0)
  if (line.length > 1) drawing.line(line.map(({ workers, rate }) => [x_of(workers), y_of(rate)]), 'ours', 2)
  for (const { workers, rate, limited } of points) {
    drawing.marker(x_of(workers), y_of(rate), 'circle', 'ours', limited)
    drawing.text(x_of(workers), figure_y_of(y_of(rate)), short_count(rate), {
      ...{ size: 12, anchor: 'middle', bold: true, halo: true },
    })
  }
}

/** The base line of a point's figure: above it, or below where a level line would go through and there is room. */
export function figure_y(y: number, level_ys: readonly number[], bottom: number): number {
  const is_crossed = level_ys.some((level) => level < y - 6 && level > y - 24)
  return is_crossed && y + 20 < bottom - 3 ? y + 20 : y - 10
}
