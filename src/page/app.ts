// The page of the mesh, put together: what the server answers goes through the model to everything that draws.
import { system_clock } from '../base/clock.ts'
import { absent_peers } from './absent_peers.ts'
import { CONNECTIONS } from './connections_list.ts'
import { by_id, element } from './element.ts'
import { EventsPanel } from './events_panel.ts'
import { MembersTable } from './members_table.ts'
import { MeshModel, type View } from './mesh_model.ts'
import { PagedList } from './paged_list.ts'
import { Picture } from './picture.ts'
import { Polling } from './polling.ts'
import { RatesPanel } from './rates_panel.ts'
import { RoutesTable } from './routes_table.ts'
import { fetch_json } from './server_data.ts'
import { SubjectBox } from './subject_box.ts'
import { SUBSCRIPTIONS } from './subscriptions_list.ts'
import { Summary } from './summary.ts'
import { start_theme } from './theme.ts'
import { WorkersTable } from './workers_table.ts'

const clock = system_clock()
const model = new MeshModel()
const summary = new Summary()
const picture = new Picture(choose)
const rates = new RatesPanel(choose)
const events = new EventsPanel()
const connections = new PagedList({ clock, fetch_json }, CONNECTIONS)
const subscriptions = new PagedList({ clock, fetch_json }, SUBSCRIPTIONS)
/** Drawn with every answer. */
const parts = [summary, new MembersTable(), new RoutesTable(), new WorkersTable(), new SubjectBox(clock)]

let view: View | null = null
/** The seat whose figures are shown alone; null: the whole mesh. */
let chosen: string | null = null
let is_failing = false

by_id('connections').replaceChildren(connections.root)
by_id('subscriptions').replaceChildren(subscriptions.root)
start_theme(() => rates.recolor())

const polling = new Polling({
  ...{ clock, fetch_json },
  is_hidden: () => document.hidden,
  take(answer) {
    if (is_failing) model.note('join', 'The server answers this page again', false, clock.wall_ms())
    is_failing = false
    view = model.take(answer, clock.wall_ms())
    draw(view)
  },
  failed(why, next_ms) {
    if (!is_failing) model.note('stale', 'The server does not answer this page', true, clock.wall_ms())
    is_failing = true
    summary.draw_failure(why, view?.at_ms ?? null, next_ms)
    events.draw(model.events)
  },
})

by_id('retry').addEventListener('click', () => void polling.ask())
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void polling.ask()
})
void polling.ask()

function draw(now: View): void {
  if (!now.seats.some(({ key }) => key === chosen)) chosen = null
  for (const part of parts) part.draw(now)
  picture.draw(now, chosen)
  rates.draw(now, chosen)
  events.draw(now.events)
  connections.tick(now)
  subscriptions.tick(now)
  draw_absent(now)
}

function draw_absent({ seats }: View): void {
  const list = by_id('absent')
  const sentences = absent_peers(seats)
  list.hidden = sentences.length === 0
  if (list.textContent === sentences.join('')) return
  list.replaceChildren(...sentences.map((sentence) => element('li', {}, sentence)))
}

function choose(key: string | null): void {
  chosen = key
  if (key !== null) {
    connections.choose(key)
    subscriptions.choose(key)
  }
  if (view !== null) draw(view)
}
