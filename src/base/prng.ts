/** Randomness as a parameter: seeded, so that a failing run can be played again. */
export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** An integer in [0, below). */
  below(below: number): number
}

/** xorshift32 started from a seed. Fast and even; not for secrets. */
export function seeded_random(seed: number): Random {
  let state = seed | 0 || 0x9e3779b9
  const step = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  for (let i = 0; i < 8; i++) step()
  return {
    next: () => step() / 4294967296,
    below: (below) => Math.floor(step() / 4294967296 * below),
  }
}

/** A generator with a seed of the machine's own. */
export function system_random(): Random {
  return seeded_random(crypto.getRandomValues(new Int32Array(1))[0])
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** A word of that many letters and digits. */
export const random_word = (random: Random, length: number): string =>
  Array.from({ length }, () => LETTERS[random.below(LETTERS.length)]).join('')

/** As events carry them. */
export const event_id = (random: Random): string => random_word(random, 22)
