// Numbers, sizes and times as the page writes them: short, and never wider than the place they have.

const LETTERS = ['', 'k', 'M', 'G', 'T', 'P']
const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
const NOTHING = '\u2013'

/** `12,345`, the exact number. */
export function exact(value: number | null | undefined): string {
  return value === null || value === undefined ? NOTHING : Math.round(value).toLocaleString('en-US')
}

/** Three digits that matter and a letter: `0`, `7.4`, `312`, `12.3k`, `1.05M`. */
export function short(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING
  const [scaled, step] = scale(value, 1000, LETTERS.length)
  return three_digits(scaled, step > 0) + LETTERS[step]
}

/** `312 B`, `12.3 KiB`. */
export function size(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return NOTHING
  const [scaled, step] = scale(bytes, 1024, SIZES.length)
  return `${three_digits(scaled, step > 0)} ${SIZES[step]}`
}

function scale(value: number, by: number, steps: number): [scaled: number, step: number] {
  let scaled = value, step = 0
  // What would be rounded to the next unit is written in it.
  while (Math.abs(scaled) >= by - 0.5 && step < steps - 1) {
    scaled /= by
    step++
  }
  return [scaled, step]
}

function three_digits(value: number, is_scaled: boolean): string {
  const absolute = Math.abs(value)
  const digits = absolute >= 99.95 ? 0 : absolute >= 9.995 ? 1 : is_scaled ? 2 : 1
  return value.toFixed(digits).replace(/^(-?\d+)\.0+$/, '$1')
}

export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? NOTHING : `${Math.round(share * 100)} %`
}

/** `0.42 ms`, `12 ms`, `1.2 s`. */
export function delay(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return NOTHING
  if (ms >= 1000) return `${three_digits(ms / 1000, false)} s`
  return ms >= 9.95 ? `${Math.round(ms)} ms` : `${ms.toFixed(ms >= 0.995 ? 1 : 2)} ms`
}

/** The two largest parts of a length of time: `4 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ]
  const first = parts.findIndex(([count]) => count > 0)
  return parts.slice(first, first + 2).filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`).join(
    ' ',
  )
}

/** `21:04:05`, in the time of whoever looks. */
export function time_of_day(ms: number): string {
  return new Date(ms).toLocaleTimeString('en-GB')
}

/** The name of a server; one that is an id is shortened in the middle, where nobody reads it. */
export function short_name(name: string, letters = 22): string {
  if (/^N[A-Z2-7]{55}$/.test(name)) return `${name.slice(0, 5)}\u2026${name.slice(-4)}`
  return name.length <= letters ? name : `${name.slice(0, letters - 1)}\u2026`
}

/** `1 member`, `3 members`. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${exact(value)} ${value === 1 ? one : many}`
}
