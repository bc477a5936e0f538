// Times as nats-server's JSON has them. Tools decode them with Go's parsers, so the form must be exact.

/** Milliseconds since 1970 as UTC RFC 3339; fractional digits are cut after the last that is not zero. */
export function rfc3339(wall_ms: number): string {
  // A double near 2026 is good for a quarter of a microsecond: finer digits would be noise.
  const micros = Math.round(wall_ms * 1000)
  const seconds = Math.floor(micros / 1_000_000)
  const fraction = String(micros - seconds * 1_000_000).padStart(6, '0').replace(/0+$/, '')
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19)
  return whole + (fraction ? '.' + fraction : '') + 'Z'
}

/** As Go prints a time that has whole seconds: `2026-01-02 03:04:05 +0100 CET`. */
export function local_time(wall_ms: number): string {
  const date = new Date(wall_ms)
  const minutes = -date.getTimezoneOffset()
  const shown = new Date(wall_ms + minutes * 60_000).toISOString().slice(0, 19).replace('T', ' ')
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  const offset = (minutes < 0 ? '-' : '+') + String(hours).padStart(2, '0') + String(rest).padStart(2, '0')
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(date)
  return `${shown} ${offset} ${parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''}`
}

/** Microseconds as a Go duration: `0s`, `95µs`, `1.234ms`, `1m2.5s`, `1h0m0s`. */
export function go_duration(duration_us: number): string {
  const nanos = Math.round(Math.abs(duration_us) * 1000)
  if (nanos === 0) return '0s'
  const sign = duration_us < 0 ? '-' : ''
  if (nanos < 1000) return `${sign}${nanos}ns`
  if (nanos < 1_000_000) return `${sign}${decimal(nanos, 3)}µs`
  if (nanos < 1_000_000_000) return `${sign}${decimal(nanos, 6)}ms`
  const minutes = Math.floor(nanos / 60_000_000_000)
  const seconds = decimal(nanos - minutes * 60_000_000_000, 9)
  const hours = Math.floor(minutes / 60)
  if (hours > 0) return `${sign}${hours}h${minutes % 60}m${seconds}s`
  return minutes > 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${seconds}s`
}

/** value / 10^digits without trailing zeros. */
function decimal(value: number, digits: number): string {
  const unit = 10 ** digits
  const fraction = String(value % unit).padStart(digits, '0').replace(/0+$/, '')
  return Math.floor(value / unit) + (fraction ? '.' + fraction : '')
}

/** Uptime and idle texts: `22s`, `4m22s`, `4h0m22s`, `22y32d4h4m22s`; a year has 365 days. */
export function uptime_text(duration_ms: number): string {
  const total_seconds = Math.max(0, Math.floor(duration_ms / 1000))
  const parts: [number, string][] = [
    [Math.floor(total_seconds / 31_536_000), 'y'],
    [Math.floor(total_seconds / 86_400) % 365, 'd'],
    [Math.floor(total_seconds / 3600) % 24, 'h'],
    [Math.floor(total_seconds / 60) % 60, 'm'],
    [total_seconds % 60, 's'],
  ]
  const first = parts.findIndex(([count]) => count > 0)
  return parts.slice(first < 0 ? 4 : first).map(([count, unit]) => count + unit).join('')
}
