// Clients that go elsewhere when their server says that it is about to end, without losing anything on the way: a new
// connection is at work before the old one is given up.
import { wait_for_interest } from '../server/embedded.ts'
import { payload_of, RawClient } from '../server/raw_client.ts'

const connect = (port: number) => RawClient.connect(port, { connect: { protocol: 1 } })

/** Messages sent before a PING. Its PONG says that the server has accepted them. */
const BATCH = 20
const PAUSE_MS = 10

/** Resolves to the port of another server, out of the INFO that the client has got or will get. */
export async function told_to_go(client: RawClient): Promise<number> {
  await client.until(() => /INFO [^\n]*"ldm":true[^\n]*\n/.test(client.text), 'word of the lame duck', 20_000)
  const [, json] = /INFO (\{[^\n]*"ldm":true[^\n]*\}) ?\r\n/.exec(client.text)!
  const urls: string[] = JSON.parse(json).connect_urls
  return Number(urls[Math.floor(Math.random() * urls.length)].split(':')[1])
}

/** Gets everything under `load.`. */
export class MovingSubscriber {
  client: RawClient
  port: number
  /** By publisher, the numbers of the messages that came. */
  readonly received: Set<number>[]
  readonly #name: string
  #moves = 0

  private constructor(client: RawClient, port: number, name: string, publishers: number) {
    this.client = client
    this.port = port
    this.#name = name
    this.received = Array.from({ length: publishers }, () => new Set<number>())
  }

  static async start(port: number, name: string, publishers: number): Promise<MovingSubscriber> {
    const subscriber = new MovingSubscriber(await connect(port), port, name, publishers)
    await subscriber.#subscribe(subscriber.client)
    return subscriber
  }

  /** Who finds interest in it has learned of the latest connection's interest in the load. */
  get ready_subject(): string {
    return `ready.${this.#name}.${this.#moves}`
  }

  /**
   * Keeps the old connection until every publisher is heard on the new one, and until what was published before that has
   * come over the old one: it takes another way through the mesh, which may be the longer one.
   */
  async move(): Promise<void> {
    const port = await told_to_go(this.client)
    const next = await connect(port)
    this.#moves++
    const heard = await this.#subscribe(next)
    await next.until(() => heard.size === this.received.length, 'word of every publisher', 20_000)
    const has_all_before = () => [...heard].every(([i, first]) => first === 0 || this.received[i].has(first - 1))
    await this.client.until(has_all_before, 'what was on its way', 20_000)
    await this.client.send('UNSUB 1\r\n')
    await this.client.flush()
    this.client.close()
    this.client = next
    this.port = port
  }

  /** Resolves to the publishers heard on that connection, each with the first number that came. */
  async #subscribe(client: RawClient): Promise<Map<number, number>> {
    const heard = new Map<number, number>()
    client.read_messages((message) => {
      // The others are probes of who asks for interest.
      if (message.sid !== '1') return
      const publisher = Number(message.subject.split('.')[1])
      const number = Number(payload_of(message))
      if (!heard.has(publisher)) heard.set(publisher, number)
      this.received[publisher].add(number)
    })
    await client.send(`SUB load.* 1\r\nSUB ${this.ready_subject} 2\r\n`)
    await client.flush()
    return heard
  }
}

/** Sends numbers to `load.<n>`, all the time. */
export class MovingPublisher {
  client: RawClient
  port: number
  /** So many messages were accepted by a server. */
  accepted = 0
  readonly #subject: string
  #going: Promise<void> = Promise.resolve()
  #stopped = true

  private constructor(client: RawClient, port: number, subject: string) {
    this.client = client
    this.port = port
    this.#subject = subject
  }

  static async start(port: number, number: number, subscribers: MovingSubscriber[]): Promise<MovingPublisher> {
    const publisher = new MovingPublisher(await connect(port), port, `load.${number}`)
    await publisher.#go(subscribers)
    return publisher
  }

  /** The last batch on the old connection is accepted before the first on the new one is sent. */
  async move(subscribers: MovingSubscriber[]): Promise<void> {
    const port = await told_to_go(this.client)
    const next = await connect(port)
    await this.stop()
    this.client.close()
    this.client = next
    this.port = port
    await this.#go(subscribers)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#going
  }

  async #go(subscribers: MovingSubscriber[]): Promise<void> {
    for (const { ready_subject } of subscribers) await wait_for_interest(this.client, ready_subject)
    this.#stopped = false
    this.#going = this.#publish()
    // Whoever stops it learns of a failure.
    this.#going.catch(() => {})
  }

  async #publish(): Promise<void> {
    while (!this.#stopped) {
      let batch = ''
      for (let i = 0; i < BATCH; i++) {
        const payload = String(this.accepted + i)
        batch += `PUB ${this.#subject} ${payload.length}\r\n${payload}\r\n`
      }
      void this.client.send(batch)
      await this.client.flush(20_000)
      this.accepted += BATCH
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}
