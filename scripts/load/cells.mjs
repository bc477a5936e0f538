// What is compared: one line per cell.

// The generator says no name: it is whoever clients without one are.
const guest = (more) => `{ users: [ { user: g, password: p${more} } ] }`
const with_permissions = (permissions) => `no_auth_user: g\nauthorization ${guest(`, permissions: ${permissions}`)}\n`
const in_account = `no_auth_user: g\naccounts { A ${guest('')} }\n`
const permissions =
  '{ publish: { allow: ["bench.>"], deny: ["bench.no.>"] }, subscribe: { allow: ["bench.>", "_INBOX.>"] } }'

/**
 * name; servers: 1 or 2 (with 2 the publisher is on the first, the subscriber on the second); natsload flags; metric; and the
 * configuration, if there is one.
 */
export const cells = [
  ['pub-only 16B', 1, '--subs 0 --msgs 3000000 --size 16', 'pub_rate'],
  ['1:1 16B', 1, '--msgs 2000000 --size 16', 'deliver_rate'],
  ['1:1 128B', 1, '--msgs 1500000 --size 128', 'deliver_rate'],
  ['1:1 128B permissions', 1, '--msgs 1500000 --size 128', 'deliver_rate', with_permissions(permissions)],
  ['1:1 128B account', 1, '--msgs 1500000 --size 128', 'deliver_rate', in_account],
  ['1:1 1KiB', 1, '--msgs 600000 --size 1024', 'deliver_rate'],
  ['1:1 16KiB', 1, '--msgs 60000 --size 16384', 'deliver_rate'],
  ['1:10 16B', 1, '--subs 10 --msgs 250000 --size 16', 'deliver_rate'],
  ['1:500 16B', 1, '--subs 500 --msgs 6000 --size 16', 'deliver_rate'],
  ['1:100 while 2000 SUB/s', 1, '--subs 100 --msgs 30000 --size 16 --churn-rate 2000', 'deliver_rate'],
  ['4:4 16B', 1, '--pubs 4 --subs 4 --msgs 150000 --size 16', 'deliver_rate'],
  ['1:1 1000 subjects', 1, '--subjects 1000 --msgs 1000000 --size 16', 'deliver_rate'],
  ['1:1 among 100k subs', 1, '--extra-subs 100000 --msgs 1000000 --size 16 --settle 1500', 'deliver_rate'],
  ['2:4 queue 16B', 1, '--pubs 2 --subs 4 --queue q --msgs 400000 --size 16', 'deliver_rate'],
  ['1:1 headers 128B', 1, '--headers --msgs 600000 --size 128', 'deliver_rate'],
  ['request-reply', 1, '--mode rtt --msgs 10000', 'p50_us'],
  ['latency at 20k/s', 1, '--mode lat --rate 20000 --dur 4', 'p99_us'],
  ['SUB rate', 1, '--mode subs --msgs 200000', 'rate'],
  ['SUB+UNSUB churn', 1, '--mode churn --msgs 200000', 'rate'],
  ['connect rate', 1, '--mode conns --msgs 900', 'rate'],
  ['hop 1:1 16B', 2, '--msgs 1000000 --size 16', 'deliver_rate'],
  ['hop 1:1 1KiB', 2, '--msgs 400000 --size 1024', 'deliver_rate'],
  ['hop 1:10 16B', 2, '--subs 10 --msgs 200000 --size 16', 'deliver_rate'],
  ['hop request-reply', 2, '--mode rtt --msgs 8000', 'p50_us'],
].map(([name, servers, flags, metric, config = '']) => ({ name, servers, flags, metric, config }))

export const lower_is_better = (metric) => metric.endsWith('_us')

/** The flags of a cell as a list, with the number of messages multiplied by scale. */
export function cell_flags(cell, scale = 1) {
  return cell.flags.split(' ').map((word, i, all) =>
    all[i - 1] === '--msgs' ? String(Math.max(1, Math.round(+word * scale))) : word
  )
}
