import * as assert from 'uvu/assert'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { make_page_files } from '../../src/monitor/page_files.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/page_files')

const folder = mkdtempSync(join(tmpdir(), 'onehop-page-files-'))
test.after(() => rmSync(folder, { recursive: true }))

const write_file = (name: string, text: string) =>
  writeFileSync(join(folder, `${name}.br`), brotliCompressSync(Buffer.from(text)))

const write = (change: string) => {
  for (const name of ['index.html', 'app.js', 'app.css']) write_file(name, `${name} ${change}`)
}

test('a page that is not built is looked for again, one that was read is not', async () => {
  const read = make_page_files(pathToFileURL(`${folder}/`))
  assert.is(await read(), null)
  write_file('index.html', 'alone')
  assert.is(await read(), null, 'not all of it')
  write('first')
  const files = await read()
  assert.is(Buffer.from(files!['app.js'].body.plain).toString(), 'app.js first')
  assert.match(files!['index.html'].type, 'text/html')
  write('second')
  assert.is(await read(), files)
})

test('what can not be read is an error, and is tried again', async () => {
  const other = join(folder, 'other')
  mkdirSync(join(other, 'index.html.br'), { recursive: true })
  for (const name of ['app.js', 'app.css']) writeFileSync(join(other, `${name}.br`), brotliCompressSync(''))
  const read = make_page_files(pathToFileURL(`${other}/`))
  for (let i = 0; i < 2; i++) {
    try {
      await read()
      assert.unreachable()
    } catch (error) {
      assert.is((error as { code?: string }).code, 'EISDIR')
    }
  }
})

test('what is no compressed file is an error', async () => {
  for (const name of ['index.html', 'app.js', 'app.css']) writeFileSync(join(folder, `${name}.br`), name)
  const read = make_page_files(pathToFileURL(`${folder}/`))
  const fault = await read().then(() => null, (error: unknown) => error)
  assert.instance(fault, Error)
})

test.run()
