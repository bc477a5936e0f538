/** The version told to clients and peers: the nats-server whose protocol is spoken here. */
export const VERSION = '2.12.0'

/** Our own version. */
export const ONEHOP_VERSION = '0.1.0'

/** What INFO says in its field `go`: our kind is known by it in a cluster, such as `onehop/0.1.0 node20.11.0`. */
export function runtime_name(versions: { readonly node?: string; readonly deno?: string } = process.versions): string {
  const runtime = versions.deno === undefined ? `node${versions.node ?? ''}` : `deno${versions.deno}`
  return `onehop/${ONEHOP_VERSION} ${runtime}`
}
