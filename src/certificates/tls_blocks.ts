// What to write into a server's configuration, so that it uses the certificates.
import type { FolderFiles } from './certificate_folder.ts'

/** Blocks for clients and for the other servers. `asks_clients`: they have to show a certificate of that authority, too. */
export function tls_blocks(node: FolderFiles, ca_file: string, asks_clients: boolean): string {
  const files = [`cert_file: ${quoted(node.cert_file)}`, `key_file: ${quoted(node.key_file)}`]
  const for_clients = asks_clients ? [...files, `ca_file: ${quoted(ca_file)}`, 'verify: true'] : files
  const for_servers = [...files, `ca_file: ${quoted(ca_file)}`]
  const block = (lines: readonly string[], indent: string) =>
    `${indent}tls {\n${lines.map((line) => `${indent}  ${line}\n`).join('')}${indent}}\n`
  return `${block(for_clients, '')}cluster {\n${block(for_servers, '  ')}}\n`
}

const quoted = (path: string): string => JSON.stringify(path)
