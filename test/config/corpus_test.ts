// Small configuration files, good and bad, against what nats-server says of them (corpus/verdicts.json, made by
// scripts/corpus_verdicts.mjs): accepted or refused, with the same digest, with the same words.
import { readdirSync, readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { load } from '../../src/config/load.ts'
import { suite } from '../harness.ts'
import { corpus_folder, environment, type Verdict, verdicts } from './corpus_rig.ts'

const test = suite('config/corpus', 60_000)

const FILES_MIN = 150

/** What is different on purpose, by file, with the reason. */
interface Exceptions {
  /** Accepted here and refused there. */
  readonly accepted: Readonly<Record<string, string>>
  /** Other words, where those of nats-server would not help. */
  readonly other_words: Readonly<Record<string, string>>
  /** Where nats-server names the whole block, or the field that it looked at last, and not what is wrong. */
  readonly other_places: readonly RegExp[]
}

const EXCEPTED: Exceptions = {
  accepted: {
    'include_absolute.conf': 'an absolute path is one: nats-server looks for it below the folder of the file',
  },
  other_words: {
    'account_msg_trace_sampling_zero.conf': 'a slip of the pen, "Ttrace"',
    'export_latency_subject_type.conf': 'it names the type that it wants as the one that it got',
    'grammar_array_number_before_bracket.conf': 'a number ends at a bracket',
    'import_source_type.conf': 'it goes on after the mistake, and misses what it did not read',
    'resolver_dir_is_file.conf': 'it makes the folder, although the file is only tested',
    'resolver_no_dir.conf': 'the same',
  },
  other_places: [
    ...[/^(export|import)_/, /^authorization_permissions_bad_subject_in_rule\./, /^leafnodes_remote_deny_bad\./],
    ...[/^leafnodes_remotes_duplicate\./, /^jetstream_store_dir_type\./, /^ocsp_urls\./],
  ],
}

const PLACE = /^[\w./]+:\d+:\d+: /

test('there are files enough, and each has a verdict', () => {
  const names = readdirSync(corpus_folder).filter((name) => name.endsWith('.conf'))
  assert.ok(names.length >= FILES_MIN, `${names.length} files`)
  assert.equal(names.filter((name) => !Object.hasOwn(verdicts.files, name)), [], 'without a verdict')
  assert.equal(Object.keys(verdicts.files).filter((name) => !names.includes(name)), [], 'without a file')
})

test('every file is accepted or refused as nats-server does it, with its digest and its words', () => {
  const faults = in_corpus(() =>
    Object.entries(verdicts.files).map(([name, verdict]) => difference(name, verdict, EXCEPTED))
  )
  assert.equal(faults.filter((fault) => fault !== null), [])
})

test('what is excepted is needed', () => {
  const none: Exceptions = { accepted: {}, other_words: {}, other_places: [] }
  const names = in_corpus(() =>
    Object.entries(verdicts.files).filter(([name, verdict]) => difference(name, verdict, none) !== null).map(([name]) =>
      name
    )
  )
  for (const name of [...Object.keys(EXCEPTED.accepted), ...Object.keys(EXCEPTED.other_words)]) {
    assert.ok(names.includes(name), name)
  }
  for (const pattern of EXCEPTED.other_places) assert.ok(names.some((name) => pattern.test(name)), String(pattern))
})

/** Files name others relative to the folder they are tested in. */
function in_corpus<T>(run: () => T): T {
  const before = process.cwd()
  process.chdir(corpus_folder)
  try {
    return run()
  } finally {
    process.chdir(before)
  }
}

function difference(
  name: string,
  verdict: Verdict,
  { accepted, other_words, other_places }: Exceptions,
): string | null {
  const files = { read: (path: string) => readFileSync(path, 'utf8'), help: () => '', help_tls: () => '' }
  const loaded = load(['-t', '-c', name], environment, files)
  if (loaded.kind !== 'print') return `${name}: it runs`
  const { exit, stderr } = loaded
  const is_accepted = exit === 0
  if (is_accepted !== 'digest' in verdict && !(is_accepted && Object.hasOwn(accepted, name))) {
    return `${name}: ${is_accepted ? 'accepted' : 'refused'}: ${stderr}`
  }
  if (is_accepted) return 'digest' in verdict && !stderr.includes(`(${verdict.digest})\n`) ? `${name}: digest` : null
  if ('digest' in verdict || Object.hasOwn(other_words, name)) return null
  const ours = lines_of(stderr.replace(/^nats-server: /, ''))
  const is_theirs = (message: string) => is_same(ours, lines_of(message), other_places.some((each) => each.test(name)))
  return verdict.messages.some(is_theirs) ? null : `${name}: ${stderr} instead of ${verdict.messages.join('\nor ')}`
}

/** Without hints, and without what nats-server says of its own crash. */
function lines_of(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.includes('runtime error: ')).map((line) =>
    line.replace(/; did you mean "[^"]*"\?$/, '')
  ).sort()
}

function is_same(ours: readonly string[], theirs: readonly string[], other_places: boolean): boolean {
  return ours.length === theirs.length && ours.every((line, i) => is_same_line(line, theirs[i], other_places))
}

function is_same_line(ours: string, theirs: string, other_place: boolean): boolean {
  const expected = theirs
    // The end of the file has a name here.
    .replace(/'\0'/, "'EOF'")
    // A place in front of a place.
    .replace(/^[\w./]+:\d+:\d+: (?=[\w./]+:\d+:\d+: )/, '')
    // The type of nats-server's own parser in the place of the value's.
    .replace('*conf.token', /got (\S+)$|unsupported type (\S+)/.exec(ours)?.slice(1).join('') ?? '')
  if (ours === expected) return true
  // No place, or another one.
  return (other_place || !PLACE.test(expected)) && ours.replace(PLACE, '') === expected.replace(PLACE, '')
}

test.run()
