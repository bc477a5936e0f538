// A look at XML text: whether its elements are closed, and what is in it.

/** Elements that are open at the end, or closed in the wrong order; [] if all is well. Throws at a bare < or &. */
export function open_elements(xml: string): string[] {
  const open: string[] = []
  const rest = xml.replace(/<(\/?)([a-zA-Z]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>/g, (_, closing, name, __, empty) => {
    if (closing === '/') {
      if (open.pop() !== name) open.push(`/${name}`)
    } else if (empty === '') open.push(name)
    return ''
  })
  if (/<|&(?!(?:amp|lt|gt|quot);)/.test(rest)) {
    throw new Error(`not well-formed: ${/.{0,40}[<&].{0,40}/.exec(rest)?.[0]}`)
  }
  return open
}

export interface PlacedText {
  readonly x: number
  readonly y: number
  readonly size: number
  readonly anchor: string
  readonly words: string
}

/** All words of an SVG with their places. */
export function texts_of(svg: string): PlacedText[] {
  const pattern =
    /<text x="([\d.-]+)" y="([\d.-]+)" font-size="(\d+)" class="[^"]*"(?: text-anchor="(\w+)")?[^>]*>([^<]*)</g
  return [...svg.matchAll(pattern)].map(([, x, y, size, anchor = 'start', words]) => ({
    ...{ x: Number(x), y: Number(y), size: Number(size), anchor },
    words: words.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
  }))
}
