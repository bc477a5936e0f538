// Over both kinds of net.Socket that this runtime has.
import { socket_reading } from '../../src/net/reading.ts'
import { event_reading, hot_reading } from '../../src/net/socket.ts'
import { suite } from '../harness.ts'
import { transport_table } from './transport_table.ts'

const test = suite('net/socket_transport', 20_000)

for (const reading of [hot_reading, event_reading]) transport_table(test, socket_reading(reading))

test.run()
