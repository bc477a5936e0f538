// The numbers and dates of a configuration file, once the lexer has found where they end.
import { SyntaxFailure } from './lexer.ts'

const SUFFIX_FACTORS: Readonly<Record<string, bigint>> = Object.freeze({
  k: 10n ** 3n,
  m: 10n ** 6n,
  g: 10n ** 9n,
  t: 10n ** 12n,
  p: 10n ** 15n,
  e: 10n ** 18n,
})

/** The number of `12`, `-3k`, `4KiB`. Wraps at 64 bits as nats-server does when the suffix makes it too large. */
export function integer(text: string): bigint {
  const [, digits, letter, binary] = /^(-?\d+)([a-z]?)(.*)$/i.exec(text)!
  const number = BigInt(digits)
  if (BigInt.asIntN(64, number) !== number) throw new SyntaxFailure(`integer '${text}' is out of the range`)
  if (letter === '') return number
  const power = 10n * BigInt('kmgtpe'.indexOf(letter.toLowerCase()) + 1)
  return BigInt.asIntN(64, number * (binary === '' ? SUFFIX_FACTORS[letter.toLowerCase()] : 1n << power))
}

/** A date that exists, in the form YYYY-MM-DDTHH:MM:SSZ. */
export function date(text: string): string {
  const time = new Date(text)
  if (Number.isNaN(time.getTime()) || time.toISOString().slice(0, 19) !== text.slice(0, 19)) {
    throw new SyntaxFailure(`expected Zulu formatted DateTime, but got '${text}'`)
  }
  return text
}

export function float(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value)) throw new SyntaxFailure(`float '${text}' is out of the range`)
  return value
}
