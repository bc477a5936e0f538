import * as assert from 'uvu/assert'
import { root_page } from '../../src/monitor/root_page.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/root_page')

const links = (page: string) => [...page.matchAll(/href="([^"]*)"/g)].map((match) => match[1])

test('the page links to every report', () => {
  const page = root_page('2.12.0', 'alpha', '')
  const reports = ['./varz', './connz', './routez', './subsz', './accountz', './accstatz', './healthz', './metrics']
  assert.equal(links(page), ['./dashboard', ...reports])
  assert.match(page, 'Version 2.12.0')
  assert.match(page, '<title>alpha</title>')
})

test('below a base path links still lead to the reports', () => {
  for (const base of ['/nats', '/a/b/nats']) {
    for (const link of links(root_page('1', 'n', base))) {
      const resolved = new URL(link, `http://host${base}`).pathname
      assert.ok(resolved.startsWith(`${base}/`), resolved)
    }
  }
})

test('a name is text, whatever is in it, and the page is ASCII', () => {
  const page = root_page('<v>', `"</title><script>'\u00e9\u{1f600}&`, '')
  assert.not.match(page, '<script>')
  assert.match(page, "&#34;&#60;/title&#62;&#60;script&#62;'&#233;&#128512;&#38;")
  assert.match(page, /^[\n -~]*$/)
})

test.run()
