// Every bound of the program, derived from each other where they depend; the relations are asserted at load.
// Bounds that an operator can set have their default here and their name in config/options.ts.
import { assert } from './assert.ts'

// Protocol defaults (reference client.md 1.3, 3.7, 4; route.md 8)
export const MAX_CONTROL_LINE = 4096
/** A route line may be this many times longer than a client's. */
export const ROUTE_CONTROL_LINE_FACTOR = 16
export const MAX_PAYLOAD = 1024 * 1024
export const MAX_PENDING = 64 * 1024 * 1024
export const MAX_CONNECTIONS = 65536
export const PING_INTERVAL_MS = 120_000
export const ROUTE_PING_INTERVAL_MS_MAX = 30_000
export const PING_MAX = 2
export const WRITE_DEADLINE_MS = 10_000
/** How long the header of a proxy is waited for. */
export const PROXY_HEADER_MS = 5_000
export const AUTH_TIMEOUT_MS = 2_000
export const TLS_TIMEOUT_MS = 2_000
/** Where TLS comes first, CONNECT has this long beyond the time for the handshake. */
export const AUTH_AFTER_TLS_MS = 1_000
export const CLOSED_CONNECTIONS_MAX = 10_000
/** Servers that monitoring knows of, and for how long after they went. */
export const PEERS_REMEMBERED_MAX = 1024
export const PEERS_REMEMBERED_MS = 600_000
/** What happened to the server and its mesh, for monitoring. */
export const EVENTS_REMEMBERED_MAX = 256
/** Of one that ended, kept for monitoring; of one with more none are. */
export const CLOSED_SUBSCRIPTIONS_MAX = 64
/** The first PING goes out this long after CONNECT (client) or after the connection was made (route), plus up to 20 %. */
export const FIRST_CLIENT_PING_MS = 2_000
export const FIRST_ROUTE_PING_MS = 1_000
export const FIRST_PING_JITTER = 0.2
export const ROUTE_DIAL_TIMEOUT_MS = 1_000
export const ROUTE_RETRY_MS = 1_000
export const ROUTE_RETRY_JITTER_MS = 100
export const ROUTE_BACKOFF_MS_MAX = 30_000

// Routes to servers of our own kind
/** Attempts at the full rate for one that only gossip told of; then the pauses grow. */
export const OWN_KIND_BRISK_ATTEMPTS = 120
/** Silence of that length is asked about with a PING... */
export const OWN_KIND_PING_MS = 1_000
/** ...and of that length ends the route. */
export const OWN_KIND_SILENCE_MS_MAX = 4_000
/** After a loss the side that had accepted waits longer than the other, so that only one of them dials. */
export const ACCEPTOR_REDIAL_MS = 500
/** How long a connection that we dialled may be without an INFO. */
export const ROUTE_HANDSHAKE_MS = 3_000
/** How long an older connection has to answer when the peer comes with a second one. */
export const PROBE_MS = 1_000
/** How long the peer has to close one of two connections that were made at the same moment. */
export const CROSSING_MS = 1_000
/** Dials that cross each other are over by then. */
export const ROUTE_SETTLED_MS = 2_000
/** A name among the routes is looked up again this long after the start, and then at intervals, with up to a second more. */
export const SEED_FIRST_LOOKUP_MS = 2_000
export const SEED_LOOKUP_MS = 30_000
/** What allow_responses permits by default: messages to one reply, and so long after the request. */
export const RESPONSES_MAX = 1
export const RESPONSES_MS = 120_000
/** A token of signed claims, and the subjects that one template may make. */
export const JWT_BYTES_MAX = 1024 * 1024
export const TEMPLATE_SUBJECTS_MAX = 4096
/** How long an account is looked for elsewhere, and clients that wait for one, of one server. */
export const ACCOUNT_LOOKUP_MS = 2_000
export const ACCOUNT_LOOKUPS_MAX = 256
/** Servers that keep all accounts compare them this often. */
export const CLAIMS_SYNC_MS = 60_000
/** How long an answer to a request to another account is waited for. */
export const SERVICE_RESPONSE_MS = 120_000
/** Such requests that wait for answers, of one thread; beyond that the oldest are forgotten. */
export const SERVICE_REPLIES_MAX = 65_536
/** Messages of the server itself that wait for their turn, of one thread. */
export const OWN_MESSAGES_MAX = 65_536
/** Of a request to the system account, with its headers. */
export const SYSTEM_REQUEST_BYTES_MAX = 65_536
/** Of what another server answers to a question of ours: its lists grow with the mesh. */
export const SYSTEM_ANSWER_BYTES_MAX = 1024 * 1024
/** Servers that the page of the mesh shows. */
export const MESH_MEMBERS_MAX = 256
/** Such requests that are being answered; what comes beyond that is lost. */
export const SYSTEM_REQUESTS_MAX = 1024
/** Accounts that a request may go on to. */
export const SERVICE_CHAIN_MAX = 16
/** Replies that one client may be permitted at the same time because it was asked something. */
export const RESPONSE_PERMITS_MAX = 65_536
/** Passwords that wait to be compared with a hash, a tenth of a second each: who comes then is refused. */
export const PASSWORD_CHECKS_MAX = 256
export const ROLL_CALL_MS = 5_000
export const INTEREST_AUDIT_MS = 30_000

// Hooks of an embedding program
export const HOOK_DEADLINE_MS = 2_000
export const HOOK_REMEMBER_MS = 5_000
/** Answers kept for a client, and the longest subject that one is kept for. */
export const HOOK_VERDICTS_MAX = 128
export const HOOK_VERDICT_SUBJECT_MAX = 256
/** Of the reason that it gives a client. */
export const HOOK_TEXT_MAX = 200
export const HOOK_LOG_PAUSE_MS = 5_000
/** What is shown of the messages of a thread and not yet seen; beyond it they are left out. */
export const OBSERVED_MAX = 1024
export const OBSERVED_BYTES_MAX = 4 * 1024 * 1024
/** Behind the deadline of hooks: what was shown then, and is not known to be seen, is lost. */
export const OBSERVED_LEASE_MS = 10_000

// Threads
export const CLIENT_WORKERS_MAX = 64
export const THREADS_MAX = CLIENT_WORKERS_MAX + 8
/** Worker restarts within the window before the server gives up. */
export const RESTART_BUDGET = 30
export const RESTART_WINDOW_MS = 60_000

// Buffers of a thread
export const READ_BUFFER_BYTES = 512 * 1024
export const OUT_BUFFER_BYTES = 128 * 1024
/** The most that one connection hands to its socket at once: what is on its way counts as pending until all of it left. */
export const WRITE_BYTES_MAX = 512 * 1024
/** Bytes under way to the other end of a connection inside this process. */
export const PORT_WINDOW_BYTES = 1024 * 1024
/** Out buffers kept hot for use again, per thread. */
export const OUT_BUFFERS_POOLED_MAX = 512
/** Payloads above this go out by reference to the read buffer instead of by copy. */
export const BY_REFERENCE_BYTES_MIN = 4096
/** Read buffers lent to single connections, and as many held by slow sockets, per thread; beyond it payloads are copied. */
export const PRIVATE_READ_BUFFERS_MAX = 64

// A read's budget: what one connection may cost the others before the loop turns to them
export const READ_DELIVERIES_MAX = 32768
/** What a SUB, UNSUB or another control operation counts against it. */
export const CONTROL_OPERATION_DELIVERIES = 16
export const READ_BYTES_OUT_MAX = 16 * 1024 * 1024

// Back pressure: the one rule
/** Share of max_pending above which publishers are held back... */
export const PRESSURE_SHARE = 0.75
/** ...and with a small max_pending, where what is already in a ring and a read would exceed it, less, but not below. */
export const PRESSURE_SHARE_MIN = 0.25
export const STALL_MS_PER_READ = 10
/** A route carries everybody's messages, so it is only slowed, to some 60 MB/s, and never held like a client. */
export const ROUTE_STALL_MS_PER_READ = 1

// Rings: one per ordered pair of threads
export const RING_BYTES = 1024 * 1024
export const RING_RECORD_BYTES_MAX = RING_BYTES / 4
/** A queue delivery whose chosen member has gone may be passed on among the threads this often. */
export const QUEUE_HOPS_MAX = 8

// Shared subject index. Memory is reserved, not used: pages come as subscriptions do.
export const SUBSCRIPTIONS_MAX = 4 * 1024 * 1024
export const INDEX_EDGES_INITIAL = 1 << 19
export const INDEX_GROWTH_SHARE = 0.6
export const INTEREST_LOG_BYTES = 4 * 1024 * 1024
export const SUBJECT_TOKENS_MAX = 2048

// Plans of a thread
export const PLANS_MAX = 16384

// Logs and control
export const LOG_LINES_QUEUED_MAX = 4096
/** Of log lines, on their way to a syslog; what comes beyond that waits with the others. */
export const SYSLOG_UNDER_WAY_BYTES_MAX = 256 * 1024
/** A syslog that is lost is dialled again after a pause that grows from the first to the second. */
export const SYSLOG_REDIAL_MS = 100
export const SYSLOG_REDIAL_MS_MAX = 5_000
export const SYSLOG_DIAL_TIMEOUT_MS = 5_000
export const MAILBOX_MESSAGES_MAX = 65536
export const ACCEPT_BACKLOG = 4096
/** The request for an upgrade to WebSocket, where the operator says nothing: how long it may take, and its size. */
export const WEBSOCKET_HANDSHAKE_MS = 10_000
export const WEBSOCKET_HEAD_BYTES_MAX = 65_536
/** Of one compressed message, before it is inflated: so many times what one operation may have, and never more than the second. */
export const WS_COLLECTED_FACTOR = 8
export const WS_COLLECTED_BYTES_MAX = 64 * 1024 * 1024
/** Somebody who accepts on an address of this machine does so long before that. */
export const STRANGER_ANSWER_MS = 1000

assert(MAX_PAYLOAD <= MAX_PENDING, 'A message must fit into what a connection may have pending')
assert(RING_BYTES % 4 === 0 && (RING_BYTES & (RING_BYTES - 1)) === 0, 'A ring is a power of two')
assert(OUT_BUFFER_BYTES >= 2 * MAX_CONTROL_LINE + BY_REFERENCE_BYTES_MIN, 'A copied message fits into one out buffer')
assert(READ_BUFFER_BYTES > ROUTE_CONTROL_LINE_FACTOR * MAX_CONTROL_LINE, 'A whole route line fits into one read')
