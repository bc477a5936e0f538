// What members say of themselves, one beside the other: names, versions, limits, clocks, and how they are.
import { is_any_host } from '../net/address.ts'
import type { Finding, Severity } from '../review/finding.ts'
import type { Facts } from './facts.ts'
import { is_public, target_place } from './judge_addresses.ts'
import { by_value, groups_text, listed, type Member, member_place, members_of } from './members.ts'

/** Further apart than this, logs of two members can not be read side by side. */
const CLOCK_SKEW_MS_MAX = 500
const RTT_MS_MAX = 100

export function judge_members(facts: Facts): Finding[] {
  const members = members_of(facts)
  return [
    ...judge_nobody(facts, members),
    ...judge_names(members),
    ...judge_likeness(members),
    ...judge_clocks(members),
    ...members.flatMap((member) => judge_condition(member, members.length > 1)),
    ...judge_logins(facts),
    ...judge_monitoring(facts, members),
  ]
}

const finding = (severity: Severity, place: string, what: string, advice: string): Finding => ({
  ...{ severity, place, what, advice },
})

function judge_nobody({ dials }: Facts, members: readonly Member[]): Finding[] {
  if (members.length > 0) return []
  return [
    finding(
      'error',
      'mesh',
      `no server has said who it is, at ${dials.length} ${dials.length === 1 ? 'address' : 'addresses'}`,
      'start with another URL',
    ),
  ]
}

/** One id is one server; one name with two ids is two. */
function judge_names(members: readonly Member[]): Finding[] {
  const found = by_value(members, ({ name }) => name).filter(([, group]) => group.length > 1).map(([name, group]) => {
    const what = `${group.length} servers have this name: ${listed(group.map(place_of))}`
    return finding('error', `server "${name}"`, what, 'set server_name to a name of its own at each')
  })
  const clusters = by_value(members, ({ said }) => said.cluster)
  if (clusters.length < 2) return found
  const what = `cluster names differ: ${groups_text(clusters.map(([name, group]) => [name || 'none', group]))}`
  return [...found, finding('error', 'mesh', what, 'set cluster { name } to the same at all')]
}

const place_of = ({ dials }: Member): string => target_place(dials[0].target)

function judge_likeness(members: readonly Member[]): Finding[] {
  const found: Finding[] = []
  const differs = <T>(value: (member: Member) => T | null, severity: Severity, name: string, advice: string) => {
    const groups = by_value(members, value)
    if (groups.length > 1) found.push(finding(severity, 'mesh', `${name}: ${groups_text(groups)}`, advice))
  }
  differs(
    ({ said }) => said.max_payload,
    'error',
    'max_payload differs, so what one takes another may refuse',
    'set max_payload to the same at all',
  )
  const needs_login = ({ said }: Member) => said.needs_login ? 'login' : 'no login'
  differs(needs_login, 'warning', 'not all ask who clients are', 'give all servers the same authorization or accounts')
  differs(version_of, 'note', 'versions differ', 'run one version, once a rolling upgrade is over')
  const pool = ({ monitor }: Member) => monitor === null || !monitor.has_cluster ? null : monitor.pool_size
  differs(
    pool,
    'note',
    'pool_size differs, and servers without pools have one connection',
    'set cluster { pool_size } to the same',
  )
  const compressed = members.flatMap(({ monitor }) => monitor?.peers ?? []).map(({ compression }) => compression)
  const kinds = [...new Set(compressed.filter((text) => text !== '').map((text) => text.replace(/^s2_.*/, 's2')))]
  if (kinds.length > 1) {
    const what = `some routes are compressed and some are not: ${kinds.join(', ')}`
    found.push(finding('note', 'mesh', what, 'set cluster { compression } to the same at all'))
  }
  return found
}

const version_of = ({ said }: Member): string =>
  said.go.startsWith('onehop/') ? said.go.split(' ')[0] : `nats-server/${said.version}`

/** Each clock against ours; what the question took is not held against it. */
function judge_clocks(members: readonly Member[]): Finding[] {
  const known = members.flatMap((member) => {
    const { monitor } = member
    if (monitor === null || !Number.isFinite(monitor.now_ms)) return []
    return [{ member, skew_ms: monitor.now_ms - monitor.asked_ms, slack_ms: monitor.slack_ms }]
  })
  if (known.length === 0) return []
  const earliest = known.reduce((a, b) => b.skew_ms < a.skew_ms ? b : a)
  const latest = known.reduce((a, b) => b.skew_ms > a.skew_ms ? b : a)
  const apart_ms = latest.skew_ms - earliest.skew_ms - latest.slack_ms - earliest.slack_ms
  if (apart_ms > CLOCK_SKEW_MS_MAX) {
    const what = `clocks differ: that of ${latest.member.name} is ${
      seconds(apart_ms)
    } ahead of that of ${earliest.member.name}`
    return [finding('warning', 'mesh', what, 'let all machines ask the same time servers')]
  }
  const common = known.reduce((sum, { skew_ms }) => sum + skew_ms, 0) / known.length
  if (Math.abs(common) - Math.max(...known.map(({ slack_ms }) => slack_ms)) <= CLOCK_SKEW_MS_MAX) return []
  const what = `all clocks are ${seconds(Math.abs(common))} ${common < 0 ? 'behind' : 'ahead of'} the one here`
  return [finding('note', 'mesh', what, 'set the clock of this machine')]
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

function judge_condition(member: Member, has_others: boolean): Finding[] {
  const { said, monitor, dials } = member
  const place = member_place(member)
  const found: Finding[] = []
  if (dials.some(({ server }) => server?.is_lame_duck)) {
    found.push(
      finding(
        'warning',
        place,
        'it is in lame duck mode: it sends its clients away',
        'wait for its end, or start another',
      ),
    )
  }
  // Whom it misses is told with the reason.
  const is_told = monitor !== null && monitor.missing.length > 0 && monitor.health.startsWith('missing from the mesh')
  if (monitor !== null && monitor.health !== '' && !is_told) {
    found.push(finding('error', place, `/healthz: ${monitor.health}`, 'look into its log, and at whom it looks for'))
  }
  if (monitor !== null && monitor.slow_consumers > 0) {
    const what = `${monitor.slow_consumers} slow consumers were cut since its start`
    found.push(finding('warning', place, what, 'look for them in its log; they read too slowly, or get too much'))
  }
  if (has_others && said.cluster !== '' && tells_no_addresses(member)) {
    const what = 'it tells clients of no other server, so they can not go there when it ends'
    found.push(finding('warning', place, what, 'leave out cluster { no_advertise }, unless that is meant'))
  }
  const slow = dials.filter(({ rtt_ms }) => rtt_ms !== null && rtt_ms > RTT_MS_MAX)
  if (slow.length > 0) {
    const what = `a round trip to it takes ${slow[0].rtt_ms!.toFixed(0)} ms at ${target_place(slow[0].target)}`
    found.push(finding('warning', place, what, 'look at the way, and at the load of its machine'))
  }
  for (const peer of monitor?.peers ?? []) {
    if (peer.rtt_ms === null || peer.rtt_ms <= RTT_MS_MAX) continue
    const what = `a round trip to its peer ${peer.name || peer.id} takes ${peer.rtt_ms.toFixed(0)} ms`
    found.push(finding('warning', place, what, 'look at the way between them; far sites are better two clusters'))
  }
  return found
}

function tells_no_addresses({ dials, monitor }: Member): boolean {
  if (monitor?.peers?.length === 0) return false
  const doors = dials.filter(({ target }) => target.door === 'client')
  return doors.length > 0 && doors.every(({ server }) => server?.connect_urls.length === 0)
}

function judge_logins({ dials, has_credentials }: Facts): Finding[] {
  return dials.filter(({ login, target }) => login === 'refused' && target.door !== 'monitor').map((
    { target, login_why },
  ) =>
    has_credentials
      ? finding(
        'error',
        target_place(target),
        `the credentials were refused: ${login_why}`,
        'correct them, or those of that server',
      )
      : finding(
        'error',
        target_place(target),
        `it wants to know who we are: ${login_why}`,
        'give --user and --pass, --token, --creds or --nkey',
      )
  )
}

function judge_monitoring({ dials }: Facts, members: readonly Member[]): Finding[] {
  const monitors = dials.filter(({ target }) => target.door === 'monitor')
  const found = monitors.filter(({ login }) => login === 'refused').map(({ target, login_why }) =>
    finding('note', target_place(target), `monitoring wants a login (${login_why})`, 'give --user and --pass')
  )
  for (const { monitor, target, ips, server } of monitors) {
    if (monitor === null || server === null) continue
    const open = [target.host, ...ips].find(is_public)
    if (open !== undefined) {
      const what = `monitoring of ${server.name} answers everybody at ${open}, a public address`
      found.push(
        finding('warning', target_place(target), what, 'let it listen on an inner address, or put a login before it'),
      )
    } else if (is_any_host(monitor.listens_on) && monitor.listens_on !== '') {
      const what = `monitoring of ${server.name} listens on all addresses, without a login`
      found.push(
        finding('note', target_place(target), what, 'let it listen on one address, if others can reach the machine'),
      )
    }
  }
  const unseen = members.filter(({ monitor }) => monitor === null)
  if (unseen.length === 0) return found
  const what = `no monitoring was seen of ${
    listed(unseen.map(({ name }) => name))
  }: their routes, clocks and health are not known`
  return [...found, finding('note', 'mesh', what, 'give the URL of their monitoring, too: http://HOST:8222')]
}
