// Messages and bytes per second over time, of the whole mesh or of one member.
import { by_id, element, set_attributes, set_children, set_text } from './element.ts'
import { Chart, type Line } from './chart.ts'
import { type History, MESH, type RateName } from './history.ts'
import type { View } from './mesh_model.ts'
import { short, short_name, size } from './numbers.ts'

const LINES: readonly Line[] = [
  { label: 'from clients', color: '--in', dash: [] },
  { label: 'to clients', color: '--out', dash: [7, 3] },
  { label: 'to members', color: '--sent', dash: [2, 3] },
]
const MESSAGES: readonly RateName[] = ['in_msgs', 'out_msgs', 'sent_msgs']
const BYTES: readonly RateName[] = ['in_bytes', 'out_bytes', 'sent_bytes']
const WINDOWS: readonly (readonly [seconds: number, text: string])[] = [[60, '1 min'], [300, '5 min'], [1800, '30 min']]

export class RatesPanel {
  #messages = new Chart(by_id('messages-chart'), {
    title: 'Messages per second',
    lines: LINES,
    write: (value) => short(value),
    base: 10,
  })
  #bytes = new Chart(by_id('bytes-chart'), {
    title: 'Bytes per second',
    lines: LINES,
    write: (value) => size(value),
    base: 2,
  })
  #scope = by_id<HTMLSelectElement>('scope')
  #windows: HTMLButtonElement[]
  #seconds = WINDOWS[0][0]
  #view: View | null = null
  #chosen: string | null = null

  /** `choose`: as that of the picture. */
  constructor(choose: (key: string | null) => void) {
    this.#windows = WINDOWS.map(([seconds, text]) => {
      const button = element('button', { type: 'button' }, text)
      button.addEventListener('click', () => this.#show_window(seconds))
      return button
    })
    by_id('window').replaceChildren(...this.#windows)
    this.#show_window(this.#seconds)
    this.#scope.addEventListener('change', () => choose(this.#scope.value === MESH ? null : this.#scope.value))
  }

  draw(view: View, chosen: string | null): void {
    this.#view = view
    this.#chosen = chosen
    this.#offer_scopes(view)
    this.#draw_charts()
  }

  recolor(): void {
    this.#messages.recolor()
    this.#bytes.recolor()
  }

  #show_window(seconds: number): void {
    this.#seconds = seconds
    for (const [i, button] of this.#windows.entries()) {
      set_attributes(button, { 'aria-pressed': String(WINDOWS[i][0] === seconds) })
    }
    this.#draw_charts()
  }

  #offer_scopes({ seats }: View): void {
    const wanted: [string, string][] = [
      [MESH, 'the whole mesh'],
      ...seats.map(({ key, name }): [string, string] => [
        key,
        short_name(name),
      ]),
    ]
    while (this.#scope.options.length > wanted.length) this.#scope.options[wanted.length].remove()
    const options = wanted.map(([value, text], i) => {
      const option = this.#scope.options[i] ?? element('option')
      set_attributes(option, { value })
      set_text(option, text)
      return option
    })
    set_children(this.#scope, options)
    this.#scope.value = this.#chosen ?? MESH
  }

  #draw_charts(): void {
    if (this.#view === null) return
    const { history } = this.#view
    const key = this.#chosen ?? MESH
    this.#messages.draw(data_of(history, key, MESSAGES), this.#seconds)
    this.#bytes.draw(data_of(history, key, BYTES), this.#seconds)
  }
}

const data_of = (history: History, key: string, names: readonly RateName[]) => [
  history.times,
  ...names.map((name) => history.column(key, name)),
]
