// node scripts/healing.mjs [--runtime node|deno] [--server "COMMAND"] [--rounds 3] [--json FILE]
// How soon a mesh of three notices a fault, and how soon it is whole again once the fault is over: real processes, real faults.
import { writeFileSync } from 'node:fs'
import { build_dist } from '../build.mjs'
import { command_line } from './arguments.mjs'
import { TestMesh } from './mesh/test_mesh.mjs'
import { server_command } from './runtimes.mjs'
import { sleep } from './server_process.mjs'

const options = command_line({ runtime: 'node', server: '', rounds: '3', json: '' })
/** After the end of a fault the mesh has to be whole within this time. */
const HEALED_MS_MAX = 3_000

/** Each does harm to the mesh, and resolves to { noticed_ms, healed_ms }; noticed_ms is null where there is nothing to notice. */
const faults = {
  'killed, started again at once': async (mesh) => {
    const [, , victim] = mesh.members
    await mesh.kill(victim)
    const noticed_ms = await mesh.until_whole(10_000, () => gone(mesh, victim))
    await mesh.run(victim)
    return { noticed_ms, healed_ms: await mesh.until_whole(20_000) }
  },
  'killed, started again after 5 s': async (mesh) => {
    const [, , victim] = mesh.members
    await mesh.kill(victim)
    const noticed_ms = await mesh.until_whole(10_000, () => gone(mesh, victim))
    await sleep(5_000)
    await mesh.run(victim)
    return { noticed_ms, healed_ms: await mesh.until_whole(20_000) }
  },
  'frozen for 2 s': (mesh) => frozen(mesh, 2_000, false),
  'frozen for 10 s': (mesh) => frozen(mesh, 10_000, true),
  'link between two that gossip brought together cut': async (mesh) => {
    const [, one, other] = mesh.members
    mesh.cut(one, other)
    return { noticed_ms: null, healed_ms: await mesh.until_whole(20_000) }
  },
  'parted for 2 s': (mesh) => parted(mesh, 2_000, false),
  'parted for 10 s': (mesh) => parted(mesh, 10_000, true),
  'parted for 30 s': (mesh) => parted(mesh, 30_000, true),
}

async function frozen(mesh, ms, is_noticed) {
  const [, , victim] = mesh.members
  const began = performance.now()
  mesh.freeze(victim)
  const noticed_ms = is_noticed ? await mesh.until_whole(ms, () => gone(mesh, victim)) : null
  await sleep(ms - (performance.now() - began))
  mesh.thaw(victim)
  return { noticed_ms, healed_ms: await mesh.until_whole(20_000) }
}

async function parted(mesh, ms, is_noticed) {
  const [seed, one, other] = mesh.members
  const began = performance.now()
  for (const peer of [seed, one]) mesh.part(peer, other)
  const noticed_ms = is_noticed ? await mesh.until_whole(ms, () => gone(mesh, other)) : null
  await sleep(ms - (performance.now() - began))
  for (const peer of [seed, one]) mesh.heal(peer, other)
  return { noticed_ms, healed_ms: await mesh.until_whole(20_000) }
}

/** Undefined if no other member has a route to the victim. */
async function gone(mesh, victim) {
  for (const member of mesh.members) {
    if (member === victim) continue
    const { routes } = await mesh.ask(member, 'routez')
    if (routes.some((route) => route.remote_id === victim.id)) return `member ${member.index} still has it`
  }
}

const worst = (list) => list.includes(null) ? null : Math.max(...list)
const show = (ms) => ms === null ? '-' : (ms / 1000).toFixed(2)

let failed = 0
const rows = []
if (options.server === '' && options.runtime === 'node') await build_dist({ if_stale: true })
const command = options.server === '' ? server_command(options.runtime) : options.server.split(' ')
console.log(`${command.join(' ')}: three members, worst of ${options.rounds} rounds, seconds\n`)
console.log(`${'fault'.padEnd(52)} noticed   healed`)
for (const [name, fault] of Object.entries(faults)) {
  const mesh = new TestMesh(command)
  const noticed = [], healed = []
  try {
    await mesh.start(3)
    for (let round = 0; round < Number(options.rounds); round++) {
      const { noticed_ms, healed_ms } = await fault(mesh)
      noticed.push(noticed_ms)
      healed.push(healed_ms)
      // Crossing dials are settled by then.
      await sleep(2_500)
    }
    const row = { name, noticed_ms: worst(noticed), healed_ms: worst(healed) }
    rows.push(row)
    const is_late = row.healed_ms > HEALED_MS_MAX
    if (is_late) failed++
    console.log(
      `${name.padEnd(52)} ${show(row.noticed_ms).padStart(7)}  ${show(row.healed_ms).padStart(7)}${
        is_late ? '  LATE' : ''
      }`,
    )
  } catch (error) {
    failed++
    console.log(`${name.padEnd(52)} FAILED: ${error.message}`)
    for (const member of mesh.members) {
      console.log(`member ${member.index}:\n  ${(member.log ?? []).slice(-15).join('\n  ')}`)
    }
  } finally {
    await mesh.stop()
  }
}
if (options.json) writeFileSync(options.json, JSON.stringify(rows, null, 1))
console.log(`\n${Object.keys(faults).length - failed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
