// What is measured: who publishes how much to whom. One pattern is a column of the table and a panel of the pictures.

/**
 * rate: as fast as it goes; round_trip: one request at a time, timed; paced: so many messages per second, each timed on its way.
 */
export type LoadMode = 'rate' | 'round_trip' | 'paced'

export interface Pattern {
  readonly name: string
  readonly mode: LoadMode
  /** 2: publishers are at the first server, subscribers at the second. */
  readonly servers: 1 | 2
  readonly publishers: number
  readonly subscribers: number
  /** The queue group of all subscribers; '' is none. */
  readonly queue: string
  /** Messages of each publisher with `--scale 1`. */
  readonly messages: number
  /** What is counted in a second. */
  readonly unit: 'published' | 'deliveries' | 'requests'
}

const rate = (name: string, publishers: number, subscribers: number, messages: number): Pattern => ({
  ...{ name, mode: 'rate', servers: 1, publishers, subscribers, queue: '', messages },
  unit: subscribers === 0 ? 'published' : 'deliveries',
})

export const PATTERNS: readonly Pattern[] = Object.freeze([
  rate('publish only', 1, 0, 3_000_000),
  rate('1:1', 1, 1, 2_000_000),
  rate('fan-out 1:10', 1, 10, 250_000),
  rate('n:n 4:4', 4, 4, 150_000),
  { ...rate('queue 2:4', 2, 4, 400_000), queue: 'workers' },
  { ...rate('one hop 1:1', 1, 1, 1_000_000), servers: 2 },
  { ...rate('request-reply', 1, 1, 10_000), mode: 'round_trip', unit: 'requests' },
  { ...rate('one-way latency', 1, 1, 10_000), mode: 'paced' },
])

/** What a load generator is asked for. */
export interface Load {
  readonly pattern: Pattern
  readonly size: number
  /** Messages of each publisher. */
  readonly messages: number
  /** Messages per second of the mode paced. */
  readonly pace: number
}

/** Copies that subscribers get of all messages; without subscribers the messages themselves. */
export function deliveries({ pattern, messages }: Load): number {
  const { publishers, subscribers, queue } = pattern
  return messages * publishers * (queue !== '' || subscribers === 0 ? 1 : subscribers)
}

/** The patterns whose name matches. */
export const chosen_patterns = (words: RegExp): Pattern[] => PATTERNS.filter(({ name }) => words.test(name))
