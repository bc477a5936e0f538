// The page at the root of the monitor: what there is, for people. ASCII only.

const LINKS: readonly (readonly [path: string, title: string])[] = [
  ['dashboard', 'The mesh, live'],
  ['varz', 'General'],
  ['connz', 'Connections'],
  ['routez', 'Routes'],
  ['subsz', 'Subscriptions'],
  ['accountz', 'Accounts'],
  ['accstatz', 'Account figures'],
  ['healthz', 'Health'],
  ['metrics', 'Metrics for Prometheus'],
]

const STYLE = `
:root { color-scheme: light dark }
body { font: 16px/1.6 system-ui, sans-serif; max-width: 36rem; margin: 3rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem; margin: 0 }
p { margin: 0 0 1.5rem; opacity: .7 }
ul { list-style: none; margin: 0; padding: 0 }
a { display: flex; justify-content: space-between; gap: 1rem; padding: .4rem 0; color: inherit;
  text-decoration: none; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent) }
a:hover, a:focus { text-decoration: underline }
code { opacity: .6 }
`

/** The HTML of the page; links are relative to base_path, which has no slash at its end ('' at the root). */
export function root_page(version: string, server_name: string, base_path: string): string {
  // A page at /nats resolves ./varz to /varz, so below a base path its last part is repeated.
  const prefix = base_path === '' ? '' : base_path.slice(base_path.lastIndexOf('/') + 1) + '/'
  const links = LINKS.map(([path, title]) =>
    `<li><a href="./${html_text(prefix)}${path}">${title} <code>/${path}</code></a></li>`
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html_text(server_name)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${html_text(server_name)}</h1>
<p>Version ${html_text(version)}</p>
<ul>
${links.join('\n')}
</ul>
</body>
</html>
`
}

/** Text inside HTML or a quoted attribute, as ASCII. */
function html_text(text: string): string {
  return text.replace(/[^ -~]|[<>&"]/gu, (character) => `&#${character.codePointAt(0)};`)
}
