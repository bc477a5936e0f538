// node scripts/mesh_figures.mjs [--healing FILE] [--count 3,10,30,100,300]
// The pictures and the table of docs/mesh.md: how a mesh forms, simulated; and, from a FILE of scripts/healing.mjs --json, how
// soon it heals, measured. Prints the tables and writes docs/mesh/*.svg.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { command_line } from './arguments.mjs'
import { bar_chart } from './bar_chart.mjs'
import { root } from './runtimes.mjs'
import { bundle_test } from './test_bundle.mjs'

const options = command_line({ healing: '', count: '3,10,30,100,300' })
/** The simulation of so many servers by the rules of 2.9 takes minutes, most of it for duplicates. */
const OLD_SERVERS_MAX = 100
const counts = options.count.split(',').map(Number)
const folder = join(root, 'docs/mesh')
mkdirSync(folder, { recursive: true })

const { form_mesh } = await import(pathToFileURL(await bundle_test(join(root, 'test/simulate/formation.ts'))).href)
const rows = counts.map((count) => ({
  own: form_mesh(count, false),
  old: count <= OLD_SERVERS_MAX ? form_mesh(count, true) : null,
}))

console.log(
  '| servers | whole after | dials | dials per pair | duplicates | by the rules of 2.9: dials per pair | duplicates |',
)
console.log('|---:|---:|---:|---:|---:|---:|---:|')
for (const { own, old } of rows) {
  const others = old === null ? '- | -' : `${old.dials_per_pair.toFixed(2)} | ${old.duplicates.toLocaleString('en-US')}`
  const figures = `${own.whole_ms} ms | ${own.dials.toLocaleString('en-US')} | ${own.dials_per_pair.toFixed(2)}`
  console.log(`| ${own.servers} | ${figures} | ${own.duplicates} | ${others} |`)
}

const compared = rows.filter(({ old }) => old !== null)
write('dials.svg', {
  title: 'Dials per pair of servers while they join through one seed',
  note: 'simulated, latency up to 1 ms; every server dials as soon as it hears of another one',
  groups: compared.map(({ own }) => `${own.servers} servers`),
  series: [
    { name: 'onehop', values: compared.map(({ own }) => own.dials_per_pair) },
    { name: 'rules of 2.9', values: compared.map(({ old }) => old.dials_per_pair) },
  ],
})
write('formation.svg', {
  title: 'Milliseconds until the mesh is whole',
  note: 'simulated, latency up to 1 ms; all servers start at the same moment and know one seed',
  groups: rows.map(({ own }) => `${own.servers} servers`),
  series: [{ name: 'onehop', values: rows.map(({ own }) => own.whole_ms) }],
})
if (options.healing) {
  const faults = JSON.parse(readFileSync(options.healing, 'utf8'))
  const show = (ms) => ms === null ? '-' : `${(ms / 1000).toFixed(2)} s`
  console.log('\n| fault | noticed after | whole again, after the end of the fault |\n|---|---:|---:|')
  for (const { name, noticed_ms, healed_ms } of faults) {
    console.log(`| ${name} | ${show(noticed_ms)} | ${show(healed_ms)} |`)
  }
  write('healing.svg', {
    title: 'Milliseconds from the end of a fault until the mesh is whole',
    note: 'three processes on one machine, the worst of the rounds',
    groups: faults.map((_, i) => String(i + 1)),
    series: [{ name: 'onehop', values: faults.map(({ healed_ms }) => Math.round(healed_ms)) }],
  })
}

function write(name, chart) {
  writeFileSync(join(folder, name), bar_chart(chart))
}
