// Where the members stand in the picture, how large they are, and where the words on the links find room.

export interface Spot {
  x: number
  y: number
}

export interface Size {
  width: number
  height: number
}

/** Cards say more, dots need less room, points have not even a name. */
export interface Layout {
  kind: 'card' | 'small_card' | 'dot' | 'point'
  /** Of a dot and its name together. */
  size: Size
  /** Centres, by place. */
  spots: Spot[]
}

/** From the roomiest to the one that is taken if nothing else fits. */
const KINDS: readonly (Pick<Layout, 'kind' | 'size'> & {
  /** How near two of them may come in one direction, if they are that near in the other: a link has to be seen between cards. */
  apart: Size
})[] = [
  { kind: 'card', size: { width: 188, height: 82 }, apart: { width: 212, height: 106 } },
  { kind: 'small_card', size: { width: 122, height: 64 }, apart: { width: 146, height: 88 } },
  { kind: 'dot', size: { width: 60, height: 50 }, apart: { width: 60, height: 30 } },
  { kind: 'point', size: { width: 16, height: 16 }, apart: { width: 10, height: 10 } },
]
const MARGIN = 8

/** Places on a ring that fills the area. The same count and area always give the same spots. */
export function layout_of(places: number, area: Size): Layout {
  for (const { kind, size, apart } of KINDS) {
    const spots = ring(places, { width: area.width - size.width, height: area.height - size.height }, area)
    if (kind === 'point' || fits(spots, size, apart, area)) return { kind, size, spots }
  }
  throw new RangeError('No kind of layout is left')
}

/** Spots around the middle: `room` is how far they may be apart. */
function ring(places: number, { width, height }: Size, area: Size): Spot[] {
  const middle = { x: area.width / 2, y: area.height / 2 }
  const [half_x, half_y] = [Math.max(0, width / 2 - MARGIN), Math.max(0, height / 2 - MARGIN)]
  if (places === 1) return [middle]
  // Two stand along the longer side.
  if (places === 2) {
    return area.width >= area.height
      ? [{ x: middle.x - half_x, y: middle.y }, { x: middle.x + half_x, y: middle.y }]
      : [{ x: middle.x, y: middle.y - half_y }, { x: middle.x, y: middle.y + half_y }]
  }
  const units = Array.from({ length: places }, (_, i) => unit_spot(i, places))
  const xs = units.map(({ x }) => x), ys = units.map(({ y }) => y)
  const stretch = (value: number, all: number[], half: number) =>
    ((value - Math.min(...all)) / (Math.max(...all) - Math.min(...all)) * 2 - 1) * half
  return units.map(({ x, y }) => ({
    x: round(middle.x + stretch(x, xs, half_x)),
    y: round(middle.y + stretch(y, ys, half_y)),
  }))
}

/** Clockwise; four stand in the corners, an odd one on top. */
function unit_spot(i: number, places: number): Spot {
  const turn = (i + (places === 4 ? -0.5 : 0)) / places * 2 * Math.PI
  return { x: Math.sin(turn), y: -Math.cos(turn) }
}

const round = (value: number) => Math.round(value * 10) / 10

function fits(spots: readonly Spot[], size: Size, apart: Size, area: Size): boolean {
  if (size.width + 2 * MARGIN > area.width || size.height + 2 * MARGIN > area.height) return false
  return spots.every((spot, i) => spots.slice(i + 1).every((other) => !overlap(spot, apart, other, apart)))
}

function overlap(a: Spot, a_size: Size, b: Spot, b_size: Size): boolean {
  return Math.abs(a.x - b.x) < (a_size.width + b_size.width) / 2 &&
    Math.abs(a.y - b.y) < (a_size.height + b_size.height) / 2
}

/** Shares of the way from one end to the other at which words may stand, the best first. */
const SHARES = Object.freeze([0.5, 0.42, 0.58, 0.35, 0.65, 0.28, 0.72])

/** Where the words on each link stand, so that they cover neither a member nor other words. Null: there is no room. */
export function label_spots(
  links: readonly (readonly [from: number, to: number])[],
  { spots, size }: Layout,
  label: Size,
): (Spot | null)[] {
  const taken: Spot[] = []
  const apart = { width: label.width + 6, height: label.height + 6 }
  return links.map(([from, to]) => {
    for (const share of SHARES) {
      const spot = between(spots[from], spots[to], share)
      if (spots.some((member) => overlap(member, size, spot, apart))) continue
      if (taken.some((other) => overlap(other, apart, spot, apart))) continue
      taken.push(spot)
      return spot
    }
    return null
  })
}

/** The point at that share of the way. */
export function between(from: Spot, to: Spot, share: number): Spot {
  return { x: round(from.x + (to.x - from.x) * share), y: round(from.y + (to.y - from.y) * share) }
}

/** How thick a link is drawn for so many messages per second: tenfold traffic, a step more. */
export function flow_width(msgs_per_second: number | null): number {
  if (msgs_per_second === null || msgs_per_second < 0.5) return 0
  return round(Math.min(8, 1.5 + Math.log10(msgs_per_second) * 1.25))
}
