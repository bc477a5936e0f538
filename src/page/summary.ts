// The head of the page: whether the mesh is whole, its figures, and how fresh they are.
import { by_id, element, set_text } from './element.ts'
import { MESH } from './history.ts'
import { wholeness } from './links.ts'
import type { View } from './mesh_model.ts'
import { count, exact, short, short_name, size, time_of_day } from './numbers.ts'

interface Figure {
  label: string
  value(view: View): string
  /** Beside the value, smaller. */
  unit?: string
  is_bad?(view: View): boolean
}

const here = (view: View) => view.seats.filter(({ state }) => state === 'here')
/** Who has left is not missed. */
const wanted = (view: View) => view.seats.filter(({ state }) => state !== 'left')
const sum = (view: View, field: 'connections' | 'subscriptions' | 'slow_consumers') =>
  here(view).reduce((total, { answer }) => total + (answer?.varz[field] ?? 0), 0)

const FIGURES: readonly Figure[] = [
  {
    label: 'Members',
    value: (view) => `${here(view).length} / ${wanted(view).length}`,
    is_bad: (view) => view.seats.some(({ state }) => state === 'lost'),
  },
  {
    label: 'Routes',
    value: (view) => `${wholeness(view.links).whole} / ${wholeness(view.links).wanted}`,
    is_bad: (view) => wholeness(view.links).whole < wholeness(view.links).wanted,
  },
  { label: 'Clients', value: (view) => exact(sum(view, 'connections')) },
  { label: 'Subscriptions', value: (view) => exact(sum(view, 'subscriptions')) },
  { label: 'Messages in', value: (view) => short(view.rates.get(MESH)?.in_msgs), unit: '/s' },
  { label: 'Messages out', value: (view) => short(view.rates.get(MESH)?.out_msgs), unit: '/s' },
  { label: 'Bytes out', value: (view) => size(view.rates.get(MESH)?.out_bytes), unit: '/s' },
  {
    label: 'Slow consumers',
    value: (view) => exact(sum(view, 'slow_consumers')),
    is_bad: (view) => sum(view, 'slow_consumers') > 0,
  },
]

export class Summary {
  #values: { figure: Figure; root: HTMLElement; value: HTMLElement }[]

  constructor() {
    this.#values = FIGURES.map((figure) => {
      const value = element('span', { class: 'value' }, '\u2013')
      const unit = element('span', { class: 'unit' }, figure.unit ?? '')
      return {
        figure,
        value,
        root: element('div', {}, element('dt', {}, figure.label), element('dd', {}, value, unit)),
      }
    })
    by_id('figures').replaceChildren(...this.#values.map(({ root }) => root))
  }

  draw(view: View): void {
    const cluster = here(view).map(({ answer }) => answer?.varz.cluster?.name ?? '').find((name) => name !== '') ?? ''
    set_text(by_id('cluster'), cluster)
    document.title = `${cluster === '' ? 'onehop' : cluster}: ${health_of(view).text}`
    for (const { figure, root, value } of this.#values) {
      set_text(value, figure.value(view))
      root.toggleAttribute('data-bad', figure.is_bad?.(view) ?? false)
    }
    const { state, text } = health_of(view)
    by_id('health').dataset.state = state
    set_text(by_id('health-text'), text)
    set_text(by_id('fresh'), `As of ${time_of_day(view.at_ms)}`)
    by_id('retry').hidden = true
    document.body.classList.remove('stale')
    const asked = view.seats.find(({ id }) => id === view.answer.server_id)
    set_text(
      by_id('source'),
      `Asked through ${
        short_name(asked?.name ?? view.answer.server_id)
      }, which had all answers after ${view.answer.took_ms} ms.`,
    )
    const reach = by_id('reach')
    reach.hidden = view.answer.reach === 'mesh'
    set_text(reach, ONLY_THIS)
  }

  /** `since_ms`: of the last answer; null: there was none. */
  draw_failure(why: string, since_ms: number | null, next_ms: number): void {
    document.body.classList.add('stale')
    by_id('health').dataset.state = 'stale'
    set_text(by_id('health-text'), since_ms === null ? 'No answer yet' : `Out of date since ${time_of_day(since_ms)}`)
    set_text(by_id('fresh'), `${why}; next attempt at ${time_of_day(next_ms)}`)
    by_id('retry').hidden = false
  }
}

const ONLY_THIS =
  'Only this member is shown: it has no system account, over which it could ask the others. Remove "no_system_account" from its configuration to see all of them.'

function health_of(view: View): { state: string; text: string } {
  const lost = view.seats.filter(({ state }) => state === 'lost').length
  const silent = view.seats.filter(({ state }) => state === 'silent').length
  const routes = wholeness(view.links)
  if (lost > 0) return { state: 'bad', text: `${count(lost, 'member')} lost` }
  const missing = routes.wanted - routes.whole
  if (missing > 0) return { state: 'bad', text: `${count(missing, 'route')} not whole` }
  if (silent > 0) return { state: 'warn', text: `${count(silent, 'member')} silent` }
  return { state: 'good', text: wanted(view).length === 1 ? 'One member' : 'The mesh is whole' }
}
