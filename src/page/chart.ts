// A chart of rates over time, drawn by uPlot; the words to it are ours, so that they can be read and heard.
import uPlot from 'uplot'
import { element, set_attributes, set_text } from './element.ts'
import { time_of_day } from './numbers.ts'
import { style_color } from './theme.ts'

export interface Line {
  readonly label: string
  /** A property of the style sheet. */
  readonly color: string
  /** Lengths of strokes and gaps; none: a whole line. Lines differ by that, too. */
  readonly dash: readonly number[]
}

export interface ChartOptions {
  readonly title: string
  readonly lines: readonly Line[]
  /** Steps of the scale: 1, 2, 5, 10 ... or 1, 2, 4, 8 ... */
  readonly base: 2 | 10
  write(value: number | null | undefined): string
}

/** One list for the time, one for each line. */
export type ChartData = readonly (readonly (number | null)[])[]

const HEIGHT = 200
const LEFT_AXIS = 62
/** Charts with that key show the same moment under the pointer. */
const SYNC = 'rates'
/** Less is no scale. */
const TOP_MIN = 10
const STEPS_OF_TWO = Array.from({ length: 50 }, (_, i) => 2 ** i)

export class Chart {
  #options: ChartOptions
  #plot: uPlot | null = null
  #data: ChartData = []
  #seconds = 60
  #moment = element('span', { class: 'moment' })
  #values: HTMLElement[]
  #place: HTMLElement

  constructor(root: HTMLElement, options: ChartOptions) {
    this.#options = options
    this.#values = options.lines.map(() => element('output', {}, '\u2013'))
    this.#place = element('div', { class: 'plot', role: 'img' })
    const legend = options.lines.map((line, i) => element('li', {}, sample(line), `${line.label} `, this.#values[i]))
    const head = element('div', { class: 'chart-head' }, element('h3', {}, options.title), this.#moment)
    root.replaceChildren(head, this.#place, element('ul', { class: 'legend' }, ...legend))
    new ResizeObserver(() => this.#resize()).observe(this.#place)
  }

  /** `seconds`: how far back it goes. */
  draw(data: ChartData, seconds: number): void {
    this.#data = data
    this.#seconds = seconds
    if (this.#plot === null) this.#make()
    // With other data the scales come anew.
    else this.#plot.setData(data as uPlot.AlignedData)
    this.#show_values(null)
  }

  /** The colours are other ones. */
  recolor(): void {
    this.#plot?.destroy()
    this.#plot = null
    if (this.#data.length > 0) this.#make()
  }

  #make(): void {
    if (this.#place.clientWidth === 0) return
    const [ink, grid] = [style_color('--muted'), style_color('--grid')]
    const axis = {
      stroke: ink,
      grid: { stroke: grid, width: 1 },
      ticks: { show: false },
      font: '11px system-ui, sans-serif',
    }
    this.#plot = new uPlot(
      {
        width: this.#place.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        padding: [10, 26, 0, 0],
        cursor: { y: false, drag: { x: false, y: false }, sync: { key: SYNC }, points: { size: 6 } },
        scales: {
          x: { range: (_plot, _least, most) => [(most ?? 0) - this.#seconds, most ?? 0] },
          y: { range: (_plot, _least, most) => [0, Math.max(TOP_MIN, (most ?? 0) * 1.12)] },
        },
        axes: [
          { ...axis, size: 24, space: 70, values: (_plot, splits) => splits.map((at) => time_of_day(at * 1000)) },
          {
            ...axis,
            size: LEFT_AXIS,
            space: 36,
            values: (_plot, splits) => splits.map((at) => this.#options.write(at)),
            ...(this.#options.base === 2 && { incrs: STEPS_OF_TWO }),
          },
        ],
        series: [
          {},
          ...this.#options.lines.map(({ label, color, dash }) => ({
            ...{
              label,
              stroke: style_color(color),
              dash: [...dash],
              width: 2,
              points: { show: false },
              spanGaps: false,
            },
          })),
        ],
        hooks: { setCursor: [(plot) => this.#show_values(plot.cursor.idx ?? null)] },
      },
      this.#data as uPlot.AlignedData,
      this.#place,
    )
  }

  #resize(): void {
    if (this.#plot === null) return this.#data.length > 0 ? this.#make() : undefined
    if (this.#place.clientWidth > 0) this.#plot.setSize({ width: this.#place.clientWidth, height: HEIGHT })
  }

  /** Of the moment under the pointer, else of the last one. */
  #show_values(index: number | null): void {
    const [times = [], ...columns] = this.#data
    const under = index ?? this.#plot?.cursor.idx ?? null
    const at = under ?? times.length - 1
    const words = this.#options.lines.map((line, i) => {
      const value = this.#options.write(columns[i]?.[at])
      set_text(this.#values[i], value)
      return `${line.label} ${value}`
    })
    set_text(this.#moment, under === null || times[at] === null ? 'now' : time_of_day(times[at] * 1000))
    set_attributes(this.#place, { 'aria-label': `${this.#options.title}: ${words.join(', ')}` })
  }
}

/** A piece of the line, as it is drawn. */
function sample({ color, dash }: Line): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  set_attributes(svg, { class: 'sample', viewBox: '0 0 26 8', 'aria-hidden': 'true' })
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'line')
  set_attributes(line, { x1: 1, y1: 4, x2: 25, y2: 4, 'stroke-dasharray': dash.length === 0 ? null : dash.join(' ') })
  line.style.stroke = `var(${color})`
  svg.append(line)
  return svg
}
