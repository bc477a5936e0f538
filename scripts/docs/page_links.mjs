// Links of a page in Markdown to files of this repository, and the anchors that its headings have.

/** [text](target) and pictures, but for what stands in code: { line, target }, of targets without a scheme. */
export function links_of(markdown) {
  return prose_lines(markdown).flatMap(({ text, line }) =>
    [...text.replace(/`[^`]*`/g, '').matchAll(/\]\(([^()\s]+)\)/g)].map((match) => ({ line, target: match[1] }))
  ).filter(({ target }) => !/^[a-z][a-z0-9+.-]*:/.test(target))
}

/** What may stand behind the # of a link to this page, as GitHub names headings. */
export function anchors_of(markdown) {
  const anchors = new Set()
  for (const { text } of prose_lines(markdown)) {
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(text)
    if (!heading) continue
    const words = heading[1].replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const name = words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-')
    let anchor = name
    for (let i = 1; anchors.has(anchor); i++) anchor = `${name}-${i}`
    anchors.add(anchor)
  }
  return anchors
}

/** Links that lead nowhere, each as a line. read gives the text of a file, null if there is none;
 * join is that of node:path. */
export function dead_links(page, { read, join }) {
  const markdown = read(page)
  return links_of(markdown).flatMap(({ line, target }) => {
    const [path, anchor] = target.split('#')
    const file = path === '' ? page : join(page, '..', path)
    const text = file === page ? markdown : read(file)
    const place = `${page}:${line}`
    if (text === null) return [`${place}: there is no ${file}`]
    if (anchor === undefined || !file.endsWith('.md') || anchors_of(text).has(anchor)) return []
    return [`${place}: ${file} has no heading #${anchor}`]
  })
}

function prose_lines(markdown) {
  let fence = null
  return markdown.split('\n').flatMap((text, at) => {
    const ticks = /^\s*(`{3,})/.exec(text)?.[1]
    if (fence !== null) {
      if (text.trim() === fence) fence = null
      return []
    }
    if (ticks !== undefined) fence = ticks
    return ticks === undefined ? [{ text, line: at + 1 }] : []
  })
}
