// Publishing and watching, over the WebSocket of the server that serves the page. Nothing is connected before somebody wants it,
// and a login stays in the memory of this page.
import type { Clock } from '../base/clock.ts'
import { by_id, element, set_text } from './element.ts'
import type { Varz } from './mesh_answer.ts'
import type { View } from './mesh_model.ts'
import { type Login, LoginError, NatsSocket } from './nats_socket.ts'
import { time_of_day } from './numbers.ts'
import { subject_fault } from './subject_fault.ts'
import { WatchPanel } from './watch_panel.ts'
import { needs_login, websocket_obstacle, websocket_url } from './websocket_address.ts'

const NO_WEBSOCKET =
  'This member has no WebSocket listener. A configuration with "websocket { port: 8080, no_tls: true }" has one.'

const field = (type: string) =>
  element('input', { type, autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off' })

export class SubjectBox {
  #clock: Clock
  #root = by_id('subjects')
  #state = by_id('socket-state')
  #nothing = element('p', { class: 'empty' }, 'No answer yet.')
  #watched: WatchPanel
  #connect = element('button', { type: 'button' }, 'Connect')
  #login = { user: field('text'), password: field('password'), token: field('password') }
  #login_form: HTMLFormElement
  #parts: HTMLElement
  #publish = { subject: field('text'), payload: element('textarea', { rows: 4, spellcheck: 'false' }) }
  #published = element('p', { class: 'page-words', role: 'status' })
  #watch = { subject: field('text') }
  #refusal = element('p', { class: 'page-words', role: 'status' })
  #varz: Varz | null = null
  #socket: Promise<NatsSocket> | null = null
  /** The server said that it wants one. */
  #is_login_wanted = false

  constructor(clock: Clock) {
    this.#clock = clock
    this.#watched = new WatchPanel(clock)
    this.#login_form = this.#make_login_form()
    this.#parts = element('div', { class: 'subject-parts' }, this.#make_publish_form(), this.#make_watch_part())
    this.#root.replaceChildren(this.#nothing, this.#login_form, this.#parts)
    this.#connect.addEventListener('click', () => void (this.#socket === null ? this.#open() : this.#close()))
    this.#show_parts()
  }

  draw(view: View): void {
    this.#varz = view.seats.find(({ id }) => id === view.answer.server_id)?.answer?.varz ?? this.#varz
    this.#show_parts()
  }

  #show_parts(): void {
    const websocket = this.#varz?.websocket
    const obstacle = websocket === undefined ? NO_WEBSOCKET : websocket_obstacle(websocket, location)
    const is_there = obstacle === ''
    if (this.#varz !== null) set_text(this.#nothing, obstacle)
    this.#nothing.hidden = is_there
    this.#parts.hidden = !is_there
    this.#login_form.hidden = !is_there || this.#socket !== null || !this.#wants_login()
    this.#connect.hidden = !is_there
    if (is_there && this.#socket === null && this.#state.textContent === '') this.#say('Not connected')
  }

  #wants_login(): boolean {
    return this.#is_login_wanted || (this.#varz !== null && needs_login(this.#varz))
  }

  #say(text: string): void {
    set_text(this.#state, text)
    set_text(this.#connect, this.#socket === null ? 'Connect' : 'Disconnect')
  }

  // The connection --------------------------------------------------------------------------------------------------

  /** Rejects with an Error that says why there is none. */
  #open(): Promise<NatsSocket> {
    this.#socket ??= this.#make_socket().catch((error) => {
      this.#socket = null
      this.#is_login_wanted ||= error instanceof LoginError
      this.#say(error instanceof LoginError ? `The server refused the login: ${error.message}` : error.message)
      this.#show_parts()
      throw error
    })
    this.#show_parts()
    // Who only pressed the button reads the reason beside it.
    this.#socket.catch(() => {})
    return this.#socket
  }

  async #make_socket(): Promise<NatsSocket> {
    const login = this.#read_login()
    if (this.#wants_login() && login.user === '' && login.token === '') {
      this.#login.user.focus()
      throw new Error('This server wants to know who you are')
    }
    const url = websocket_url(this.#varz?.websocket ?? {}, location)
    this.#say(`Connecting to ${url}`)
    const socket = await NatsSocket.open(url, login, {
      state: (state, why) => this.#on_state(state, why, url),
      refused: (why) => this.#say(`Refused: ${why}`),
    })
    this.#say(`Connected to ${url}`)
    return socket
  }

  #on_state(state: 'open' | 'again' | 'ended', why: string, url: string): void {
    if (state === 'ended') {
      this.#socket = null
      this.#watched.remove_all()
      this.#show_parts()
    }
    const words = { open: `Connected to ${url}`, again: `Connecting to ${url} again`, ended: 'Not connected' }
    this.#say(why === '' ? words[state] : `${words[state]}: ${why}`)
  }

  async #close(): Promise<void> {
    await (await this.#socket)?.close()
  }

  #read_login(): Login {
    const { user, password, token } = this.#login
    return { user: user.value.trim(), password: password.value, token: token.value.trim() }
  }

  // What can be done ------------------------------------------------------------------------------------------------

  async #publish_message(): Promise<void> {
    const subject = this.#publish.subject.value.trim()
    const fault = subject_fault(subject, false)
    if (fault !== '') return set_text(this.#published, fault)
    try {
      const socket = await this.#open()
      await socket.publish(subject, this.#publish.payload.value)
      set_text(this.#published, `Published to ${subject} at ${time_of_day(this.#clock.wall_ms())}.`)
    } catch (error) {
      set_text(this.#published, `Not published: ${text_of(error)}`)
    }
  }

  async #watch_subject(): Promise<void> {
    const subject = this.#watch.subject.value.trim()
    const fault = subject_fault(subject, true) || this.#watched.obstacle(subject)
    set_text(this.#refusal, fault)
    if (fault !== '') return
    try {
      const socket = await this.#open()
      if (this.#watched.obstacle(subject) !== '') return
      const stop = socket.watch(subject, (message) => this.#watched.take(message), (why) => {
        set_text(this.#refusal, why)
        this.#watched.remove(subject)
      })
      this.#watched.add(subject, stop)
    } catch (error) {
      set_text(this.#refusal, `Not watched: ${text_of(error)}`)
    }
  }

  // Its forms -------------------------------------------------------------------------------------------------------

  #make_login_form(): HTMLFormElement {
    const { user, password, token } = this.#login
    return form_of('login', () => void this.#open(), [
      element('p', {}, 'This server wants a login. It stays in this page and is forgotten with it.'),
      element('label', {}, 'User ', user),
      element('label', {}, 'Password ', password),
      element('label', {}, 'or token ', token),
      element('button', { type: 'submit' }, 'Log in'),
    ])
  }

  #make_publish_form(): HTMLFormElement {
    const { subject, payload } = this.#publish
    subject.placeholder = 'greetings.all'
    return form_of('publish', () => void this.#publish_message(), [
      element('h3', {}, 'Publish'),
      element('label', {}, 'Subject ', subject),
      element('label', {}, 'Payload ', payload),
      element('div', { class: 'actions' }, element('button', { type: 'submit' }, 'Publish'), this.#connect),
      this.#published,
    ])
  }

  #make_watch_part(): HTMLElement {
    const { subject } = this.#watch
    subject.placeholder = 'greetings.>'
    const form = form_of('watch', () => void this.#watch_subject(), [
      element('h3', {}, 'Watch'),
      element('label', {}, 'Subject ', subject),
      element('button', { type: 'submit' }, 'Watch'),
    ])
    return element('div', {}, form, this.#refusal, this.#watched.root)
  }
}

function form_of(name: string, submit: () => void, children: HTMLElement[]): HTMLFormElement {
  const form = element('form', { class: `form ${name}`, autocomplete: 'off' }, ...children)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    submit()
  })
  return form
}

const text_of = (error: unknown) => error instanceof Error ? error.message : String(error)
