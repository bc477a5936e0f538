import { default_options, type Options } from '../config/options.ts'
import { Server, type ServerStart } from '../server.ts'

export function start_inner(configuration: Partial<Options>, start: ServerStart): Promise<Server> {
  return Server.start({ ...default_options(), host: '127.0.0.1', port: -1, workers: 0, ...configuration }, start)
}
