// A Containerfile, judged without building it: instructions that there are, files that are there, a user that is not root, and a
// health check that the server answers.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../runtimes.mjs'

const known = new Set(
  'ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL RUN STOPSIGNAL USER VOLUME WORKDIR'.split(' '),
)

/** Gives { faults, notes }. `served`: paths that monitoring answers. */
export function check_container_file(text, served) {
  const all = instructions_of(text)
  const faults = all.filter(({ word }) => !known.has(word)).map(({ word, line }) => `line ${line}: what is ${word}?`)
  faults.push(...stage_faults(all), ...copy_faults(all), ...end_faults(last_stage(all), served))
  return { faults, notes: [] }
}

/** As { word, rest, line }; continued lines are one, comments are none. */
export function instructions_of(text) {
  const found = []
  let open = null
  for (const [i, line] of text.split('\n').entries()) {
    if (/^\s*(#|$)/.test(line)) continue
    const part = line.replace(/\\\s*$/, '')
    if (open !== null) open.rest += ` ${part.trim()}`
    else {
      const [word, ...rest] = part.trim().split(/\s+/)
      open = { word: word.toUpperCase(), rest: rest.join(' '), line: i + 1 }
      found.push(open)
    }
    if (part === line) open = null
  }
  return found
}

const last_stage = (all) => all.slice(all.findLastIndex(({ word }) => word === 'FROM'))

/** Every name between ${} has an ARG in front, and every image says which one it is. */
function stage_faults(all) {
  const first = all.findIndex(({ word }) => word === 'FROM')
  const args = new Set(all.slice(0, first).filter(({ word }) => word === 'ARG').map(({ rest }) => rest.split('=')[0]))
  return all.filter(({ word }) => word === 'FROM').flatMap(({ rest, line }) => {
    const unknown = [...rest.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name).filter((name) => !args.has(name))
    const faults = unknown.map((name) => `line ${line}: no ARG ${name} in front`)
    const [image] = rest.split(' ')
    if (!image.includes('/')) faults.push(`line ${line}: ${image} has no registry, podman asks for one`)
    if (!/:[^/]+$/.test(image) || image.endsWith(':latest')) faults.push(`line ${line}: ${image} may be any version`)
    return faults
  })
}

/** What is copied is there, or comes from a stage that is. */
function copy_faults(all) {
  const stages = new Set(all.flatMap(({ word, rest }) => word === 'FROM' ? rest.match(/ AS (\w+)$/i)?.[1] ?? [] : []))
  return all.filter(({ word }) => word === 'COPY').flatMap(({ rest, line }) => {
    const words = rest.split(' ')
    const stage = words.find((word) => word.startsWith('--from='))?.slice('--from='.length)
    if (stage !== undefined) return stages.has(stage) ? [] : [`line ${line}: there is no stage ${stage}`]
    const sources = words.filter((word) => !word.startsWith('--')).slice(0, -1)
    return sources.filter((path) => !existsSync(join(root, path))).map((path) => `line ${line}: there is no ${path}`)
  })
}

/** What the image is in the end. */
function end_faults(stage, served) {
  const of = (wanted) => stage.findLast(({ word }) => word === wanted)?.rest ?? ''
  const faults = []
  if (!/^[1-9]\d*(:[1-9]\d*)?$/.test(of('USER'))) faults.push('USER is no number other than 0')
  for (const word of ['ENTRYPOINT', 'CMD']) {
    if (list_of(of(word)) === null) {
      faults.push(`${word} is no list of words: a shell would stand between, and take the signals`)
    }
  }
  const [, command = ''] = /CMD (\[.*\])$/.exec(of('HEALTHCHECK')) ?? []
  const url = (list_of(command) ?? []).find((word) => word.startsWith('http://'))
  if (url === undefined) return [...faults, 'HEALTHCHECK asks no URL']
  const { port, pathname } = new URL(url)
  if (!served.includes(pathname)) faults.push(`HEALTHCHECK asks ${pathname}, which is not served`)
  const monitored = list_of(of('CMD'))?.join(' ') ?? ''
  if (!new RegExp(`-m ${port}( |$)`).test(monitored)) {
    faults.push(`HEALTHCHECK asks port ${port}, CMD says ${monitored}`)
  }
  if (!of('EXPOSE').split(' ').includes(port)) faults.push(`EXPOSE does not name ${port}`)
  return faults
}

function list_of(text) {
  try {
    const list = JSON.parse(text)
    return Array.isArray(list) && list.every((word) => typeof word === 'string') ? list : null
  } catch {
    return null
  }
}
