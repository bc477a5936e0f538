// Axes: where their ticks are, and how values are written beside them.

/** Round values from 0 to about top, so many steps at most. */
export function linear_ticks(top: number, steps: number): number[] {
  if (!(top > 0)) return [0]
  const rough = top / steps
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step >= rough * (1 - 1e-9)) ?? rough
  const count = Math.floor(top / step + 1e-9)
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(6)))
}

/** Powers of ten, and where these are few their doubles and fives, within low and high. */
export function log_ticks(low: number, high: number): number[] {
  const decades = Math.log10(high / low)
  const factors = decades > 3 ? [1] : decades > 1.5 ? [1, 3] : [1, 2, 5]
  const ticks: number[] = []
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const factor of factors) {
      const tick = Number((factor * 10 ** power).toPrecision(3))
      if (tick >= low && tick <= high) ticks.push(tick)
    }
  }
  return ticks
}

/** `7.12 M`, `450 k`, `12`. */
export function short_count(value: number): string {
  const [scaled, letter] = value >= 999_500 ? [value / 1e6, ' M'] : value >= 1000 ? [value / 1000, ' k'] : [value, '']
  return `${three_digits(scaled)}${letter}`
}

/** Microseconds as `47 µs`, `1.39 ms`, `0.142 µs`. */
export function short_time(us: number): string {
  return us >= 999.5 ? `${three_digits(us / 1000)} ms` : `${three_digits(us)} µs`
}

function three_digits(value: number): string {
  if (value === 0) return '0'
  const digits = Math.max(0, Math.min(3, 2 - Math.floor(Math.log10(Math.abs(value)))))
  const text = value.toFixed(digits)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** Where the straight line from a to b leaves what is below top; b if it stays there. */
export function clipped(
  a: readonly [x: number, value: number],
  b: readonly [x: number, value: number],
  top: number,
): [x: number, value: number] {
  if (b[1] <= top) return [b[0], b[1]]
  const share = (top - a[1]) / (b[1] - a[1])
  return [a[0] + (b[0] - a[0]) * share, top]
}
