import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { ClaimsDirectory } from '../../src/claims/claims_directory.ts'
import { suite } from '../harness.ts'
import { createAccount } from '../auth/jwt_rig.ts'

const test = suite('claims/claims_directory')
const folder = mkdtempSync(join(tmpdir(), 'onehop-claims-'))
test.after(() => rmSync(folder, { recursive: true }))

test('a key is a file for its owner only, and nothing else is a key', () => {
  const dir = join(folder, 'made', 'here')
  const directory = new ClaimsDirectory(dir), key = createAccount().getPublicKey()
  directory.write(key, 'one')
  directory.write(key, 'two')
  assert.equal(directory.tokens(), ['two'])
  assert.is(statSync(join(dir, `${key}.jwt`)).mode & 0o777, 0o600)
  for (const wrong of ['', '../x', 'A', key + 'x']) {
    assert.throws(() => directory.write(wrong, 't'), 'invalid public key')
  }
})

test.run()
