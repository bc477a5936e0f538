// How fast clients read, as a test wants it.
import type { SlowClient } from './cluster_options.ts'

export class ClientPaces {
  #rules: { readonly client: string | ((client: SlowClient) => boolean); readonly bytes_per_second: number }[] = []

  /** The rule that came last counts; another one for the same takes the place of the first. */
  set(client: string | ((client: SlowClient) => boolean), bytes_per_second: number): void {
    if (!(bytes_per_second >= 0)) throw new Error(`bytes per second are 0 or more, not ${bytes_per_second}`)
    this.#rules = [{ client, bytes_per_second }, ...this.#rules.filter((rule) => rule.client !== client)]
  }

  /** Bytes per second. */
  of(client: SlowClient): number {
    const rule = this.#rules.find((each) =>
      typeof each.client === 'string' ? each.client === client.name : each.client(client)
    )
    return rule?.bytes_per_second ?? Infinity
  }

  clear(): void {
    this.#rules = []
  }
}
