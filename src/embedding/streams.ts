// A connection to a server in the same process, as a pair of streams.
import { type Port, PortTransport } from '../net/port_transport.ts'

/** Bytes from the server, and bytes for it. */
export interface StreamPair {
  readable: ReadableStream<Uint8Array>
  writable: WritableStream<Uint8Array>
}

/** The pair over one end of a port whose other end the server has. Either stream's end or failure is that of the connection. */
export function stream_pair(port: Port): StreamPair {
  const transport = new PortTransport(port)
  let written = (): void => {}
  let is_over = false
  let is_cancelled = false
  let writing: WritableStreamDefaultController
  const readable = new ReadableStream<Uint8Array>({
    start(reading) {
      transport.start({
        bytes(buffer, length) {
          reading.enqueue(buffer.subarray(0, length))
          return (reading.desiredSize ?? 0) > 0
        },
        written: () => written(),
        ended: () => transport.end(),
        closed() {
          is_over = true
          written()
          if (!is_cancelled) reading.close()
          writing.error(new Error('the server has ended the connection'))
        },
      })
    },
    pull: () => transport.resume(),
    cancel() {
      is_cancelled = true
      transport.destroy()
    },
  })
  const writable = new WritableStream<Uint8Array>({
    start: (controller) => void (writing = controller),
    write(bytes) {
      if (transport.write([bytes]) || is_over) return
      return new Promise((resolve) => written = resolve)
    },
    close: () => transport.end(),
    abort: () => transport.destroy(),
  })
  return { readable, writable }
}
