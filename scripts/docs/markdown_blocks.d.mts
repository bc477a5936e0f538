// Types of markdown_blocks.mjs, for the tests.

export interface Block {
  line: number
  language: string
  text: string
  file: string | undefined
  marks: Record<string, string | true>
  faults: string[]
}

export function find_blocks(markdown: string): Block[]
