// Every word of the shared subject index: where it lies, who writes it, who reads it.
//
// "Locked" means: written only by the thread that holds LOCK, between SEQUENCE turning odd and turning even again.
// "Readers" are all threads; they read without the lock and prove with SEQUENCE that what they saw was whole.
// Every id word (a node, group or record) only ever holds ids of its own kind or 0, in free rows too, so that a torn
// read leads to a wrong row but never out of the table.
//
//        root of account 0                    groups of a node            records of a group
//          | "a"        \ *                   node.FIRST_GROUP            group.HEAD
//        node a          node *                 -> plain                    -> record <-> record <-> record
//          | "b"  \ >                           -> queue "q" -> queue "r"
//        node b    node >         Literal children are found through the edge table only: hash(node, token) -> child.
import { MAX_CONTROL_LINE, ROUTE_CONTROL_LINE_FACTOR } from '../base/limits.ts'

// Accounts are small integers below this.
export const ACCOUNTS_MAX = 4096
/** The longest subject, queue name, sid and single token the index takes. */
export const SUBJECT_BYTES_MAX = ROUTE_CONTROL_LINE_FACTOR * MAX_CONTROL_LINE

// --- sync: words used with Atomics, hot ones on cache lines of their own -------------------------------------------
/** 0 or (thread + 1) of the holder. Any thread takes it by compare-and-swap; repair takes it over from a dead one. */
export const LOCK = 0
/** How many threads sleep on LOCK. Written by those, read by whoever releases the lock. */
export const WAITERS = 1
/** Odd while a mutation is under way. Written by the holder of LOCK, read by all readers. */
export const SEQUENCE = 32
/** Which of the two edge tables is read: 0 or 1. Written under the lock by finish_growth, read by all. */
export const ACTIVE_TABLE = 33
/** 1 while mutations maintain both edge tables. Written under the lock by the supervisor, read by lock holders. */
export const GROWING = 34
/** 1 if interest is logged. Written by the supervisor, read by lock holders. */
export const LOG_ON = 64
/** Absolute byte position behind the last entry, 32-bit wrapping. Written under the lock, read by the consumer. */
export const LOG_HEAD = 96
/** Absolute byte position up to which the log was consumed. Written by its one consumer, read by lock holders. */
export const LOG_TAIL = 128
/** GENERATION_SLOTS words, then the global one. Added to by lock holders and touch(), read by all, plainly. */
export const GENERATIONS = 160
export const GENERATION_SLOTS = 256
export const GENERATION_GLOBAL = GENERATIONS + GENERATION_SLOTS
export const SYNC_WORDS = GENERATION_GLOBAL + 32

// --- counts: plain words, all locked; readers take them as hints ---------------------------------------------------
/** The lowest row never used yet, for each table; row 0 is never used. */
export const NODE_TOP = 0
export const GROUP_TOP = 1
export const RECORD_TOP = 2
/** First row of the free lists, linked through NODE_STAR, GROUP_NEXT and RECORD_NEXT. */
export const NODE_FREE = 3
export const GROUP_FREE = 4
export const RECORD_FREE = 5
/** Records of clients in use. */
export const SUBSCRIPTION_COUNT = 6
export const INSERT_COUNT = 7
export const REMOVE_COUNT = 8
/** Edges in table 0 and in table 1. */
export const EDGE_COUNTS = 9
/** The group whose count changes right now: set before its record is (un)marked, 0 again once the log knows. */
export const CHANGING_GROUP = 11
/** Start value of the token hash, so that nobody outside can prepare collisions. Written once, by reserve. */
export const HASH_SEED = 12
/** First unit of the arena never used yet. */
export const ARENA_TOP = 13
/** ARENA_CLASSES words: first free block of each size class, linked through the blocks' first words. */
export const ARENA_FREE = 14
export const ARENA_CLASSES = 32
/** ACCOUNTS_MAX words: the root node of each account, 0 until its first subscription, then for ever. */
export const ROOTS = ARENA_FREE + ARENA_CLASSES
export const COUNTS_WORDS = ROOTS + ACCOUNTS_MAX

// --- nodes: rows of 8 words, all locked, read by readers -----------------------------------------------------------
export const NODE_SHIFT = 3
/** Parent node; -1 - account for a root; 0 for a free row. */
export const NODE_PARENT = 0
/** Arena unit where the token's bytes are; 0 for wildcards and roots. */
export const NODE_TOKEN = 1
/** Length of the token in bytes, or one of the two values below; 0 for a root. */
export const NODE_LENGTH = 2
export const LENGTH_STAR = -1
export const LENGTH_TAIL = -2
export const NODE_HASH = 3
/** The children `*` and `>`. In a free row NODE_STAR links the free list. */
export const NODE_STAR = 4
export const NODE_TAIL = 5
export const NODE_FIRST_GROUP = 6
/** Children plus groups; an empty node is freed. */
export const NODE_USE = 7

// --- groups: rows of 6 words, all locked, read by readers ----------------------------------------------------------
export const GROUP_WORDS = 6
/** The node it hangs on; 0 for a free row. */
export const GROUP_NODE = 0
export const GROUP_NEXT = 1
/** Arena unit and length of the queue name; length 0: the plain group. */
export const GROUP_QUEUE = 2
export const GROUP_QUEUE_LENGTH = 3
/** Records of clients in it: what the cluster is told. */
export const GROUP_LOCAL_COUNT = 4
export const GROUP_HEAD = 5

// --- records: rows of 12 words -------------------------------------------------------------------------------------
export const RECORD_WORDS = 12
/** Bit 0: in use. Bit 1: 1 for a route. From bit 8: owner thread. Locked: set last by insert, cleared first by remove. */
export const RECORD_OWNER = 0
/** Locked. */
export const RECORD_GROUP = 1
export const RECORD_PREVIOUS = 2
export const RECORD_NEXT = 3
/** The owner's connection slot; arena unit and length of the sid. Locked, fixed for life. */
export const RECORD_SLOT = 4
export const RECORD_SID = 5
export const RECORD_SID_LENGTH = 6
/** Queue members behind a route; 1 otherwise. Locked. */
export const RECORD_WEIGHT = 7
/** Generation slot that changes of this record bump. Locked, fixed for life. */
export const RECORD_GENERATION = 8
/** These three are written plainly by the owner thread alone and read by all. */
export const RECORD_DELIVERED = 9
export const RECORD_MAX = 10
export const RECORD_FLAGS = 11

export const OWNER_IN_USE = 1
export const OWNER_ROUTE_BIT = 2
export const OWNER_THREAD_SHIFT = 8

/** Who owns a record. */
export const SubscriberKind = Object.freeze({ client: 0, route: 1 })
/** Bits of a record's flags word. */
export const FLAG_ECHO_OFF = 1
export const FLAG_CLOSING = 2

// --- edge tables: slots of 2 words, locked, read by readers --------------------------------------------------------
export const EDGE_SHIFT = 1
/** Whole hash of (parent, token). */
export const EDGE_HASH = 0
/** Child node; 0: the slot is empty. */
export const EDGE_CHILD = 1
/** Above this share of its slots an edge table takes no more until it has grown. */
export const EDGES_SHARE_MAX = 0.9

/** What threads share: goes through postMessage and workerData as it is. `edges` holds null where no table is. */
export interface IndexBuffers {
  sync: SharedArrayBuffer
  counts: SharedArrayBuffer
  nodes: SharedArrayBuffer
  groups: SharedArrayBuffer
  records: SharedArrayBuffer
  arena: SharedArrayBuffer
  log: SharedArrayBuffer
  edges: [SharedArrayBuffer | null, SharedArrayBuffer | null]
}
