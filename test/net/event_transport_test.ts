// A TLS connection has to do what every transport does.
import { connect, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import { system_clock } from '../../src/base/clock.ts'
import type { Reading } from '../../src/net/reading.ts'
import { dial_tls } from '../../src/net/tls_handshake.ts'
import { event_transport } from '../../src/net/event_transport.ts'
import { suite } from '../harness.ts'
import { authority, certificate, material, tls_settings } from './tls_rig.ts'
import { transport_table } from './transport_table.ts'

const test = suite('net/event_transport', 20_000)

const { cert, key } = certificate()
const context = createSecureContext({ cert, key, ca: authority.cert })
const dialling = material(tls_settings())

/** The table wants a transport at once, so here the acceptor's handshake is left to happen beneath it. */
const tls_reading: Reading = {
  name: 'events',
  takes_handles: false,
  open: (accepted) => event_transport(new TLSSocket(accepted as Socket, { isServer: true, secureContext: context })),
  connect(target, _next_buffer, done) {
    const raw = connect({ ...target, noDelay: true, allowHalfOpen: true })
    raw.once('connect', () => {
      dial_tls(raw, '127.0.0.1', dialling, system_clock(), {
        failed: ({ cause }) => done(new Error(cause), null),
        refusal_text: () => '',
        secured: (socket) => done(null, event_transport(socket)),
      })
    })
    return () => raw.destroy()
  },
}

transport_table(test, tls_reading, false)

test.run()
