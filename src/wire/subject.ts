import { DOT } from '../base/bytes.ts'

const STAR = 42
const GREATER = 62

/**
 * Whether bytes[start, end) may be subscribed to (reference client.md 3.1): no empty token, and `>` as a whole token
 * only at the end. `*` and `>` inside a token are ordinary bytes.
 */
export function is_valid_subject(bytes: Uint8Array, start: number, end: number): boolean {
  let token_start = start
  for (let i = start; i <= end; i++) {
    if (i < end && bytes[i] !== DOT) continue
    if (i === token_start) return false
    if (i < end && i - token_start === 1 && bytes[token_start] === GREATER) return false
    token_start = i + 1
  }
  return true
}

/** Whether a pedantic connection may publish to bytes[start, end): no empty token, no wildcard token. */
export function is_valid_publish_subject(bytes: Uint8Array, start: number, end: number): boolean {
  let token_start = start
  for (let i = start; i <= end; i++) {
    if (i < end && bytes[i] !== DOT) continue
    if (i === token_start) return false
    if (i - token_start === 1 && (bytes[token_start] === STAR || bytes[token_start] === GREATER)) return false
    token_start = i + 1
  }
  return true
}

/** How many tokens bytes[start, end) has, empty ones included. */
export function token_count(bytes: Uint8Array, start: number, end: number): number {
  let count = 1
  for (let i = start; i < end; i++) if (bytes[i] === DOT) count++
  return count
}

/** Whether bytes[start, end) begins with prefix. */
export function starts_with(bytes: Uint8Array, start: number, end: number, prefix: Uint8Array): boolean {
  if (end - start < prefix.length) return false
  for (let i = 0; i < prefix.length; i++) if (bytes[start + i] !== prefix[i]) return false
  return true
}

/** Whether a published subject reaches a subscription to pattern. For reports: messages go by the index. */
export function matches(subject: string, pattern: string): boolean {
  return matches_tokens(subject.split('.'), pattern.split('.'))
}

/** The same for subjects already cut at their dots. */
export function matches_tokens(subject: readonly string[], pattern: readonly string[]): boolean {
  if (subject.includes('')) return false
  for (let i = 0; i < pattern.length; i++) {
    if (i >= subject.length) return false
    if (pattern[i] === '>' && i === pattern.length - 1) return true
    if (pattern[i] !== '*' && pattern[i] !== subject[i]) return false
  }
  return subject.length === pattern.length
}

/**
 * Whether every subject of a subscription to `subject` is one of a subscription to `pattern`, both cut at their dots. nats-server
 * takes a `*` of the pattern for a `>` of the subject, too; that would let in more than was allowed.
 */
export function covers_tokens(pattern: readonly string[], subject: readonly string[]): boolean {
  const last = subject.length - 1
  if (subject[last] === '>' && pattern[Math.min(last, pattern.length - 1)] !== '>') return false
  return matches_tokens(subject, pattern)
}
