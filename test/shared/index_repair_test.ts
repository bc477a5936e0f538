import * as assert from 'uvu/assert'
import { finish_growth, grow_step, start_growth } from '../../src/shared/index_growth.ts'
import { class_units } from '../../src/shared/arena.ts'
import { ARENA_CLASSES, ARENA_FREE, ARENA_TOP } from '../../src/shared/index_layout.ts'
import { repair } from '../../src/shared/index_repair.ts'
import { scan_interest } from '../../src/shared/index_scan.ts'
import { InterestLogReader } from '../../src/shared/interest_log.ts'
import { SubjectIndex } from '../../src/shared/subject_index.ts'
import { suite } from '../harness.ts'
import { entry_of, interest_text, match_ids, Oracle, type OracleRecord } from './index_oracle.ts'

const test = suite('shared/index_repair', 60_000)

class Cut extends Error {}

/** Makes the index's thread die at its n-th plain write to shared memory: that write is not done any more. */
function die_at_write(index: SubjectIndex, n: number): void {
  let writes = 0
  const mortal = <T extends Int32Array | Uint8Array>(view: T): T =>
    new Proxy(view, {
      get: (target, key) => Reflect.get(target, key, target),
      set: (target, key, value) => {
        if (++writes >= n) throw new Cut()
        return Reflect.set(target, key, value, target)
      },
    })
  const memory = index.memory as any
  for (const name of ['counts', 'nodes', 'groups', 'records']) memory[name] = mortal(memory[name])
  for (const name of ['bytes', 'words']) {
    memory.arena[name] = mortal(memory.arena[name])
    memory.log[name] = mortal(memory.log[name])
  }
  memory.arena.counts = memory.counts
  for (const table of memory.tables) {
    if (table === null) continue
    table.words = mortal(table.words)
    // Atomics refuse a proxy, and a touch changes nothing anyway.
    table.touch = () => {}
    table.counts = memory.counts
  }
}

const BASE: OracleRecord[] = [
  { account: 0, subject: 'a.b.c', queue: '', kind: 0, sid: '1' },
  { account: 0, subject: 'a.b.c', queue: '', kind: 0, sid: '2' },
  { account: 0, subject: 'a.b.c', queue: 'queue', kind: 0, sid: '3' },
  { account: 0, subject: 'a.*.c', queue: '', kind: 1, sid: '' },
  { account: 0, subject: 'a.>', queue: '', kind: 0, sid: '5' },
  { account: 1, subject: '>', queue: 'q', kind: 0, sid: '6' },
  { account: 0, subject: 'only.here.for.me', queue: 'mine', kind: 0, sid: 'a-long-sid-of-mine' },
]
const PUBLISHED = ['a.b.c', 'a.x.c', 'a', 'only.here.for.me', 'new.one.two', 'a.b', 'a.b.c.d', 'other.x']

/** An index with BASE in it and holes in its free lists, its oracle, and the interest its log told so far. */
function start(growing: boolean) {
  const buffers = SubjectIndex.reserve({ subscriptions: 60, edges: 64, log: true, log_bytes: 8192 })
  const index = new SubjectIndex(buffers, 1)
  const oracle = new Oracle()
  const told = new Map<string, number>()
  const follow = (() => {
    const reader = new InterestLogReader(buffers)
    return () => {
      while (reader.next()) {
        const [, key, count] = interest_text(reader).match(/^(.*) (\d+)$/)!
        if (count === '0') told.delete(key)
        else told.set(key, Number(count))
      }
      return told
    }
  })()
  const gone = ['hole.a', 'hole.b', 'a.hole'].map((subject) => index.insert(entry_of({ subject, queue: 'hole' })))
  for (const record of BASE) oracle.records.set(index.insert(entry_of(record)), record)
  for (const id of gone) index.remove(id)
  if (growing) {
    index.attach_next(index.allocate_next())
    start_growth(index)
    grow_step(index, 1, 5)
  }
  return { buffers, index, oracle, follow }
}

type State = ReturnType<typeof start>

function check({ buffers, oracle, follow }: State, index: SubjectIndex): void {
  for (const account of [0, 1]) {
    for (const subject of PUBLISHED) {
      assert.equal(match_ids(index, account, subject), oracle.match(account, subject), subject)
    }
  }
  const lines: string[] = []
  scan_interest(index, 1, 1000, (interest) => lines.push(interest_text(interest)))
  assert.equal(lines.sort(), oracle.interest())
  // The log is told a plain group's edges only, so it is compared as: what there is, and every queue's count.
  const is_plain = (key: string) => key.endsWith(' ')
  const told = [...follow()].map(([key, count]) => (is_plain(key) ? key : `${key} ${count}`)).sort()
  const expected = oracle.interest().map((
    line,
  ) => (/ {2}\d+$/.test(line) ? line.replace(/\d+$/, '').slice(0, -1) : line)).sort()
  assert.equal(told, expected)
  for (const [id, record] of oracle.records) {
    assert.is(index.subject_text(id), record.subject)
    assert.is(index.sid_text(id), record.sid)
    assert.is(index.queue_text(index.group(id)), record.queue)
  }
  assert.is(index.subscription_count, [...oracle.records.values()].filter(({ kind }) => kind === 0).length)
  assert.is(new SubjectIndex(buffers, 9).lock_owner(), -1)
}

/** Works on with the index, removes all, and sees that nothing is left. */
function use_up(state: State, index: SubjectIndex): void {
  const { oracle } = state
  for (const subject of ['a.b.c', 'new.one.two', 'other.x', 'a.*.c']) {
    const record = { account: 0, subject, queue: 'q', kind: 0, sid: 'later' }
    const id = index.insert(entry_of(record))
    assert.ok(id > 0 && !oracle.records.has(id))
    oracle.records.set(id, record)
  }
  check(state, index)
  for (const id of [...oracle.records.keys()]) {
    assert.ok(index.remove(id))
    oracle.records.delete(id)
    check(state, index)
  }
  const { counts } = index.memory
  assert.is(counts[index.memory.active_table().count_word], 0)
  assert.is(free_units(index), counts[ARENA_TOP] - 1, 'Every unit of the arena that was ever used is free again')
}

/** Units in the free blocks of the arena; none may be listed twice. */
function free_units(index: SubjectIndex): number {
  const seen = new Set<number>()
  const { counts, arena } = index.memory
  let units = 0
  for (let size_class = 0; size_class < ARENA_CLASSES; size_class++) {
    for (let unit = counts[ARENA_FREE + size_class]; unit !== 0; unit = arena.words[unit * 2]) {
      assert.not(seen.has(unit))
      seen.add(unit)
      units += class_units(size_class)
    }
  }
  return units
}

/** Lets thread 1 die at write n of an action, for every n, and repairs. Returns how many writes the action has. */
function cut_everywhere(growing: boolean, act: (state: State) => number, settle: (state: State, id: number) => void) {
  for (let n = 1;; n++) {
    const state = start(growing)
    const supervisor = new SubjectIndex(state.buffers, 0)
    die_at_write(state.index, n)
    const record_top = supervisor.record_top
    let completed = -1
    try {
      completed = act(state)
    } catch (error) {
      if (!(error instanceof Cut)) throw error
    }
    if (completed > 0) {
      assert.is(repair(supervisor, 1), false)
      settle(state, completed)
    } else {
      assert.is(supervisor.lock_owner(), 1)
      assert.ok(repair(supervisor, 1))
      assert.not(repair(supervisor, 1))
      // Whether the cut action took effect, the record's mark says.
      for (let id = 1; id < Math.max(record_top, supervisor.record_top); id++) {
        if (supervisor.is_in_use(id) !== state.oracle.records.has(id)) settle(state, id)
      }
    }
    check(state, supervisor)
    if (growing) {
      for (let node = 6; node !== 0;) node = grow_step(supervisor, node, 5)
      assert.ok(finish_growth(supervisor))
      supervisor.drop_previous()
      check(state, supervisor)
    }
    use_up(state, supervisor)
    if (completed > 0) return n - 1
  }
}

const INSERTS: OracleRecord[] = [
  { account: 0, subject: 'new.one.two', queue: '', kind: 0, sid: 'sid' },
  { account: 0, subject: 'other.*', queue: 'queue-name', kind: 0, sid: 'sid' },
  { account: 0, subject: 'a.b.>', queue: '', kind: 1, sid: '' },
  { account: 0, subject: 'a.b.c', queue: 'queue', kind: 0, sid: '77' },
  { account: 0, subject: 'a.b.c', queue: '', kind: 0, sid: '78' },
  { account: 5, subject: 'a', queue: '', kind: 0, sid: '79' },
]

for (const growing of [false, true]) {
  test(`an insert cut at any write is done or undone by repair${growing ? ', during growth' : ''}`, () => {
    for (const record of INSERTS) {
      const act = ({ index }: State) => index.insert(entry_of(record))
      const writes = cut_everywhere(growing, act, ({ oracle }, id) => oracle.records.set(id, record))
      assert.ok(writes > 12, `${writes}`)
    }
  })

  test(`a remove cut at any write is done or undone by repair${growing ? ', during growth' : ''}`, () => {
    BASE.forEach((record) => {
      const id_of = ({ oracle }: State) => [...oracle.records].find(([, one]) => one === record)![0]
      const act = (state: State) => (state.index.remove(id_of(state)) ? id_of(state) : 0)
      const writes = cut_everywhere(growing, act, ({ oracle }, id) => oracle.records.delete(id))
      assert.ok(writes > 7, `${writes}`)
    })
  })
}

test('growth cut at any write goes on after repair', () => {
  const act = ({ index }: State) => {
    for (let node = 6; node !== 0;) node = grow_step(index, node, 5)
    return 1
  }
  const writes = cut_everywhere(true, act, () => {})
  assert.ok(writes > 10, `${writes}`)
})

test.run()
