import * as assert from 'uvu/assert'
import { latin1_text } from '../../src/base/bytes.ts'
import { ClientGreeting } from '../../src/wire/client_greeting.ts'
import { client_info_line, type ClientInfo } from '../../src/wire/info.ts'
import { suite } from '../harness.ts'

const test = suite('wire/client_greeting')

const base: ClientInfo = {
  server_id: 'N1',
  server_name: 'a "name"}',
  version: '2.12.0',
  proto: 1,
  go: 'x',
  host: '::1',
  port: 4222,
  headers: true,
  max_payload: 1024,
}
const infos: ClientInfo[] = [
  base,
  { ...base, cluster: 'north', connect_urls: ['1.2.3.4:1', '[::1]:2'], auth_required: true },
  { ...base, ldm: true },
]

test('the line is that of client_info_line, byte by byte', () => {
  for (const info of infos) {
    const greeting = new ClientGreeting(info)
    for (const [client_id, client_ip] of [[1, '127.0.0.1'], [123456789, '::1']] as const) {
      const whole = { ...info, client_id, client_ip }
      assert.is(latin1_text(greeting.line(client_id, client_ip)), latin1_text(client_info_line(whole)))
      const connected = { ...whole, connect_info: true, remote_account: '$G' }
      assert.is(
        latin1_text(greeting.connected_line(client_id, client_ip, '$G')),
        latin1_text(client_info_line(connected)),
      )
      const lame_duck = latin1_text(client_info_line({ ...whole, ldm: true }))
      if (!info.ldm) assert.is(latin1_text(greeting.lame_duck_line(client_id, client_ip)), lame_duck)
    }
  }
})

test.run()
