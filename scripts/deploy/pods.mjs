// The pods of a StatefulSet: probes, the end, files and rights.
import { lame_duck_seconds } from './configuration.mjs'

const probes = ['startupProbe', 'readinessProbe', 'livenessProbe']

/** Faults of the pods that run servers with that ConfigMap. */
export function check_pods(set, map, served) {
  const pod = set.spec.template.spec
  const [server] = pod.containers
  return [
    ...probes.flatMap((name) => probe_faults(name, server, served)),
    ...end_faults(pod, server, map.data['server.conf']),
    ...volume_faults(pod, map),
    ...pod.containers.flatMap((container) => right_faults(pod, container)),
  ]
}

function probe_faults(name, { ports, [name]: probe }, served) {
  if (probe?.httpGet === undefined) return [`there is no ${name} by HTTP`]
  const { path, port } = probe.httpGet
  const [plain, query = ''] = path.split('?')
  const faults = []
  if (!served.includes(plain)) faults.push(`${name} asks ${plain}, which is not served`)
  if (!ports.some((each) => each.name === port)) faults.push(`${name} asks port ${port}, which there is not`)
  // The loss of one server must not take the others out of service, and still less end them.
  if (name !== 'startupProbe' && query.includes('mesh')) faults.push(`${name} must not depend on other servers`)
  return faults
}

/** Clients are sent elsewhere first, and there is time for it. */
function end_faults({ terminationGracePeriodSeconds: grace, shareProcessNamespace }, server, config) {
  const faults = []
  const [program, flag, target = ''] = server.lifecycle?.preStop?.exec?.command ?? []
  const pid_file = /^pid_file: "(.*)"$/m.exec(config.replace(/^ +/gm, ''))?.[1]
  if (program !== 'onehop' || flag !== '--signal' || target !== `ldm=${pid_file}`) {
    faults.push(`preStop does not send ldm to ${pid_file}`)
  }
  const seconds = lame_duck_seconds(config)
  if (!(grace > seconds)) {
    faults.push(`terminationGracePeriodSeconds ${grace} is not above lame_duck_duration ${seconds}`)
  }
  if (shareProcessNamespace !== true) faults.push('the reloader does not see the server: shareProcessNamespace')
  return faults
}

/** What is mounted is there, and the configuration is at the path that the server is told. */
function volume_faults({ volumes, containers }, map) {
  const names = volumes.map(({ name }) => name)
  const faults = containers.flatMap(({ name, volumeMounts }) =>
    volumeMounts.filter((mount) => !names.includes(mount.name)).map((mount) =>
      `${name}: there is no volume ${mount.name}`
    )
  )
  const configured = volumes.find(({ configMap }) => configMap?.name === map.metadata.name)
  const mount = containers[0].volumeMounts.find(({ name }) => name === configured?.name)
  // A single file that is mounted does not follow the ConfigMap.
  if (mount?.subPath !== undefined) faults.push('subPath: the file would stay as it was')
  const [, file] = containers[0].args
  if (file !== `${mount?.mountPath}/server.conf`) {
    faults.push(`args name ${file}, the ConfigMap is at ${mount?.mountPath}`)
  }
  return faults
}

function right_faults({ securityContext: pod }, { name, image, securityContext: own }) {
  const faults = []
  if (pod.runAsNonRoot !== true || !(pod.runAsUser > 0)) faults.push(`${name} may be root`)
  if (own?.allowPrivilegeEscalation !== false) faults.push(`${name} may become root`)
  if (own?.readOnlyRootFilesystem !== true) faults.push(`${name} may write to its image`)
  if (!own?.capabilities?.drop?.includes('ALL')) faults.push(`${name} has capabilities`)
  if (!/:[^/]+$/.test(image) || image.endsWith(':latest')) faults.push(`${name}: ${image} may be any version`)
  return faults
}
