// The outermost level of a configuration: pairs, or pairs within braces as JSON has them, even within several. What may stand where is
// nats-server's: it reads `{` and `}` here by other rules than those of a map.
import { END, is_blank, is_newline, is_space, type Lexer } from './lexer.ts'

type State = 'top' | 'block' | 'block_end'

/** `entry` reads one pair at the cursor; false: the file ended in it. */
export function read_outermost(lexer: Lexer, entry: () => boolean): void {
  /** What is gone on with behind the closing braces, the innermost last. */
  const outer: State[] = []
  let state: State | null = 'top'
  while (state !== null) state = state === 'block_end' ? end_block(lexer, outer) : step(lexer, state, outer, entry)
}

/** Null: that was the end. */
function step(lexer: Lexer, state: 'top' | 'block', outer: State[], entry: () => boolean): State | null {
  const char = lexer.peek()
  if (is_space(char)) {
    lexer.next()
    return state
  }
  if (lexer.skip_comment()) return state
  if (char === '/' || (char === END && !lexer.at_end())) throw lexer.failure('Unexpected EOF.')
  if (char === END) return null
  if (char === '{') {
    lexer.next()
    outer.push(state === 'top' ? 'top' : 'block_end')
    return 'block'
  }
  if (char === '}' && state === 'block') {
    lexer.next()
    return outer.pop()!
  }
  if (!entry()) return null
  return state === 'top' ? end_top_value(lexer) : end_block_value(lexer)
}

function end_top_value(lexer: Lexer): State {
  for (;;) {
    if (lexer.skip_comment()) return 'top'
    const char = lexer.next()
    // A single slash here is passed over.
    if (is_blank(char) || char === '/') continue
    if (is_newline(char) || char === END || ';,}'.includes(char)) return 'top'
    throw lexer.failure(ended_by('Expected a top-level value', char, lexer))
  }
}

function end_block_value(lexer: Lexer): State {
  for (;;) {
    if (lexer.skip_comment()) continue
    const char = lexer.peek()
    if (char === '}') return 'block_end'
    lexer.next()
    if (is_blank(char) || char === '/') continue
    if (is_newline(char) || char === ';' || char === ',') return 'block'
    throw lexer.failure(ended_by('Expected a block-level value', char, lexer))
  }
}

const ended_by = (what: string, char: string, lexer: Lexer) =>
  `${what} to end with a new line, comment or EOF, but got '${lexer.shown(char)}' instead.`

function end_block(lexer: Lexer, outer: State[]): State {
  for (;;) {
    if (lexer.skip_comment()) return 'block'
    const char = lexer.next()
    if (is_blank(char) || is_newline(char) || char === '/') continue
    if (char === ';' || char === ',') return 'block'
    if (char === '}') return outer.pop()!
    throw lexer.failure(`Expected a block-level to end with a '}', but got '${lexer.shown(char)}' instead.`)
  }
}
