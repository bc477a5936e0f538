// Processor time of the servers for each message: a panel for each pattern, a bar for each contender.
import { short_time } from './axis.ts'
import type { BenchReport, ReportedCell } from './bench_report.ts'
import { type Look, looks_of, page_svg, type Panel } from './picture_page.ts'

const COLUMNS = 2
const LEFT = 124
const HEAD = 24
const ROW = 20
const BAR = 12
/** Room behind the longest bar for its figure. */
const FIGURE = 70

/** The picture; null where the system does not tell processor times. */
export function cpu_picture(report: BenchReport): string | null {
  const cells = report.cells.filter(({ results }) => results.some(({ cpu_us }) => cpu_us !== null))
  if (cells.length === 0) return null
  const looks = looks_of(report.contenders)
  return page_svg({
    ...{ title: 'Processor time of the server per message', columns: COLUMNS, report },
    legend:
      'Of all its threads, for each message that came (published, where nobody subscribes; answered, of requests). Lower is better; every panel has a scale of its own.',
    panels: cells.map((cell) => cpu_panel(cell, looks)),
  })
}

function cpu_panel({ name, results, servers }: ReportedCell, looks: ReadonlyMap<string, Look>): Panel {
  const most = Math.max(...results.map(({ cpu_us }) => cpu_us ?? 0))
  return {
    height: HEAD + ROW * results.length,
    draw(drawing, x, y, width) {
      const length_of = (cpu_us: number) => most === 0 ? 0 : (width - LEFT - FIGURE) * cpu_us / most
      drawing.text(x, y + 12, servers > 1 ? `${name} (both servers)` : name, { size: 14, bold: true })
      results.forEach(({ contender, cpu_us }, i) => {
        const { name: words, ink } = looks.get(contender) as Look
        const middle = y + HEAD + ROW * (i + 0.5)
        const length = length_of(cpu_us ?? 0)
        drawing.text(x + LEFT - 8, middle + 4, words, { size: 11, anchor: 'end' })
        drawing.box(x + LEFT, middle - BAR / 2, Math.max(1, length), BAR, ink)
        const figure = cpu_us === null ? 'not known' : short_time(cpu_us)
        drawing.text(x + LEFT + length + 6, middle + 4, figure, { size: 11 })
      })
    },
  }
}
