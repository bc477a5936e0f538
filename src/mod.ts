// What an embedding program imports.
export { Server, type ServerPorts, type ServerStart, StartError } from './server.ts'
export { default_options, type Options } from './config/options.ts'
export type { Level } from './base/log.ts'
export type {
  AllowAndDeny,
  Authentication,
  ClientTls,
  ConnectingClient,
  HookClient,
  HookPermissions,
  Hooks,
  PublishedMessage,
} from './connection/hooks.ts'
