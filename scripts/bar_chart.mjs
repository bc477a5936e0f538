// A bar chart as SVG text: groups side by side, in each group one bar per series.

const width = 760
const height = 380
const frame = { left: 70, right: 20, top: 50, bottom: 70 }
const colours = ['#3b6ea5', '#e08a3c', '#5a9e6f', '#9a5a9e', '#a5473b', '#6b6b6b', '#c2b33f', '#4bb0b8', '#222222']

/** groups: names below the axis; series: [{ name, values }] with one value per group; note: the small line below. */
export function bar_chart({ title, note, groups, series }) {
  const top = nice_top(Math.max(1, ...series.flatMap(({ values }) => values)))
  const plot = { width: width - frame.left - frame.right, height: height - frame.top - frame.bottom }
  const y_of = (value) => frame.top + plot.height * (1 - value / top)
  const group_width = plot.width / groups.length
  const bar_width = group_width * 0.8 / series.length
  const bars = series.flatMap(({ values }, s) =>
    values.map((value, g) => {
      const x = frame.left + group_width * (g + 0.1) + bar_width * s
      const bar = `<rect x="${round(x)}" y="${round(y_of(value))}" width="${round(bar_width - 2)}" height="${
        round(plot.height * value / top)
      }" fill="${colours[s % colours.length]}"/>`
      return `${bar}${text(x + bar_width / 2, y_of(value) - 4, short(value), 'middle', 10)}`
    })
  )
  const lines = [0, 1, 2, 3, 4].map((i) => {
    const y = round(y_of(top * i / 4))
    const line = `<line x1="${frame.left}" y1="${y}" x2="${width - frame.right}" y2="${y}" stroke="#ddd"/>`
    return `${line}${text(frame.left - 8, y + 4, short(top * i / 4), 'end', 11)}`
  })
  const names = groups.map((name, g) =>
    text(frame.left + group_width * (g + 0.5), height - frame.bottom + 18, name, 'middle', 12)
  )
  const legend = series.map(({ name }, s) => {
    const x = frame.left + s * 110
    const box = `<rect x="${x}" y="${height - 38}" width="12" height="12" fill="${colours[s % colours.length]}"/>`
    return `${box}${text(x + 17, height - 28, name, 'start', 12)}`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    text(frame.left, 28, title, 'start', 15),
    ...lines,
    ...bars,
    ...names,
    ...legend,
    text(frame.left, height - 8, note, 'start', 10),
    '</svg>\n',
  ].join('\n')
}

const round = (number) => Math.round(number * 10) / 10

/** The next of 1, 2, 4, 5, 8, 10 times a power of ten: its quarters are round numbers. */
function nice_top(value) {
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 4, 5, 8, 10].map((step) => step * power).find((step) => step >= value) ?? value
}

/** 1234567 as 1.23 M. */
function short(value) {
  if (value >= 1e6) return `${+(value / 1e6).toFixed(2)} M`
  if (value >= 1e3) return `${+(value / 1e3).toFixed(0)} k`
  return value < 10 && !Number.isInteger(value) ? value.toFixed(2) : String(Math.round(value))
}

function text(x, y, words, anchor, size) {
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" font-size="${size}">${safe}</text>`
}
