// What a program imports that has a server inside.
export { EmbeddedServer as Server, type Extras } from './embedding/embedded_server.ts'
export type * from './embedding/configuration.ts'
export type * from './embedding/configuration_blocks.ts'
export type { ClientInfo, EventListener, ServerEvent, ServerEventKind } from './embedding/happenings.ts'
export { type ServerPorts, StartError } from './server.ts'
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
