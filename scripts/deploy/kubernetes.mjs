// Objects of Kubernetes: that they fit each other, and the server's configuration, which the server itself judges.
import { parseAllDocuments } from 'yaml'
import { check_configuration, file_ports } from './configuration.mjs'
import { check_pods } from './pods.mjs'

/** What each kind has to begin with. */
const versions = {
  ConfigMap: 'v1',
  Service: 'v1',
  StatefulSet: 'apps/v1',
  PodDisruptionBudget: 'policy/v1',
}

/** Gives { faults, notes }. `served`: paths that monitoring answers. */
export function check_kubernetes(text, served) {
  const documents = parseAllDocuments(text)
  const broken = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]).map(({ message }) => message)
  if (broken.length > 0) return { faults: broken, notes: [] }
  const objects = documents.map((document) => document.toJS())
  const faults = objects.flatMap(object_faults)
  const of = (kind) => objects.filter((object) => object.kind === kind)
  const [set] = of('StatefulSet')
  const [map] = of('ConfigMap')
  if (set === undefined || map === undefined) {
    return { faults: [...faults, 'no StatefulSet, or no ConfigMap'], notes: [] }
  }
  const labels = set.spec.template.metadata.labels
  faults.push(
    ...selector_faults('StatefulSet', set.spec.selector.matchLabels, labels),
    ...of('Service').flatMap(({ metadata, spec }) =>
      selector_faults(`Service ${metadata.name}`, spec.selector, labels)
    ),
    ...of('PodDisruptionBudget').flatMap(({ spec }) =>
      selector_faults('PodDisruptionBudget', spec.selector.matchLabels, labels)
    ),
    ...service_faults(set, of('Service')),
  )
  const config = map.data['server.conf']
  faults.push(...check_configuration(config), ...port_faults(set, file_ports(config)), ...seed_faults(config, set))
  faults.push(...check_pods(set, map, served))
  return { faults, notes: [] }
}

function object_faults({ apiVersion, kind, metadata }) {
  const faults = []
  if (versions[kind] !== apiVersion) faults.push(`${kind} of ${apiVersion}: what is that?`)
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(metadata?.name ?? '')) {
    faults.push(`${kind}: ${metadata?.name} is no name`)
  }
  return faults
}

function selector_faults(who, selector, labels) {
  const faults = Object.entries(selector ?? {}).filter(([name, value]) => labels[name] !== value)
  if (Object.keys(selector ?? {}).length === 0) return [`${who} selects nothing`]
  return faults.map(([name, value]) => `${who} selects ${name}=${value}, which the pods are not`)
}

/** Ports of services are those of the container, and the set's own service is a headless one. */
function service_faults(set, services) {
  const names = new Map(container_of(set).ports.map(({ name, containerPort }) => [name, containerPort]))
  const faults = services.flatMap(({ metadata, spec }) =>
    spec.ports.filter(({ port, targetPort }) => names.get(targetPort) !== port).map(({ port, targetPort }) =>
      `Service ${metadata.name}: port ${port} leads to ${targetPort}, which is ${names.get(targetPort)}`
    )
  )
  const own = services.find(({ metadata }) => metadata.name === set.spec.serviceName)
  if (own?.spec.clusterIP !== 'None') faults.push(`serviceName ${set.spec.serviceName} is no headless service`)
  // The name has to lead to those that are not ready yet, or nobody would find the first one.
  if (own?.spec.publishNotReadyAddresses !== true) faults.push(`Service ${own?.metadata.name} hides who is not ready`)
  return faults
}

/** What the container shows is what the server listens on. */
function port_faults(set, ports) {
  const shown = container_of(set).ports.map(({ containerPort }) => containerPort).sort()
  return JSON.stringify(shown) === JSON.stringify([...ports].sort()) ? [] : [
    `the container's ports are ${shown.join(', ')}, the configuration's ${ports.join(', ')}`,
  ]
}

/** Routes lead to the headless service. */
function seed_faults(config, set) {
  const hosts = [...config.matchAll(/nats-route:\/\/([\w.-]+):/g)].map(([, host]) => host)
  return hosts.length === 1 && hosts[0] === set.spec.serviceName ? [] : [`routes lead to ${hosts.join(', ')}`]
}

export const container_of = (set) => set.spec.template.spec.containers[0]
