// Types of page_links.mjs, for the tests.

export function links_of(markdown: string): { line: number; target: string }[]
export function anchors_of(markdown: string): Set<string>
export function dead_links(
  page: string,
  by: { read(path: string): string | null; join(...parts: string[]): string },
): string[]
