import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { pages } from './records.ts'
import { sourceFiles } from './sources.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
/** All pages with something to paste. */
const pasted = [...pages(), 'adapters/http/client/README.md', 'adapters/telemetry/README.md']
/** The lines of a page that people paste into a shell. */
const shellLines = (page: string): string[] =>
  [...page.matchAll(/^ *```(?:sh|bash|zsh|shell|console)\n([\s\S]*?)^ *```/gm)].flatMap(
    ([, block = '']) => block.split('\n'),
  )
const unquoted = (line: string) => line.replaceAll(/'[^']*'|"[^"]*"/g, '')

/** What a shell of macOS reads otherwise than the bash of Linux, or no shell as it is meant. */
const unpasteable: Readonly<Record<string, RegExp>> = {
  'a comment, which zsh takes for words of the command': /(^|\s)#/,
  'a pattern, which zsh refuses where no file matches': /[*?[\]]/,
  'a placeholder, which is a redirection': /<[a-z]/i,
  'quotes of a word processor': /[“”‘’]/,
  'a prompt': /^\s*[$%>] /,
  'an option that only GNU has':
    /\bsed -i\b|\bdate -d\b|\bbase64 -w|\breadlink -f\b|\bxargs -r\b|\bsha256sum\b/,
  'a word that only bash has': /\bread -p\b|\bmapfile\b|\bshopt\b/,
}
for (const [what, pattern] of Object.entries(unpasteable))
  test(`no block that people paste holds ${what}`, () => {
    for (const page of pasted)
      for (const line of shellLines(read(page))) assert.doesNotMatch(unquoted(line), pattern, page)
  })

test('every script that a page names is there', () => {
  const { scripts } = JSON.parse(read('package.json'))
  for (const page of pages())
    for (const [, name = ''] of read(page).matchAll(/npm run ([\w:-]+)/g))
      assert.ok(name in scripts, `${page}: npm run ${name}`)
})

test('every version that a page says was tried is the one that is tried', () => {
  const { devDependencies } = JSON.parse(read('package.json'))
  const app = read('verification/rehearsal/frontend/next-app.ts')
  const tried = (name: string) => new RegExp(`'?${name}'?: '([^']+)'`).exec(app)?.[1]
  assert.equal(tried('better-auth'), devDependencies['better-auth'])
  const named = pages().flatMap((page) => [
    ...read(page).matchAll(/\b(Next\.js |React |Better Auth |better-auth@)(\d+\.\d+\.\d+)/g),
  ])
  assert.ok(named.length >= 5)
  for (const [text, name = '', version] of named) {
    const key = name.toLowerCase().replace('.js', '').trim().replace(' ', '-').replace('@', '')
    assert.equal(version, tried(key), text)
  }
})

const sourcesThatLog = () =>
  [...sourceFiles(fileURLToPath(root))]
    .filter(([path]) => /^(adapters|bootstrap)\/(?!system)(?!.*\.test\.ts$)/.test(path))
    .map(([, source]) => source)
    .join()

test('every line of the log that the README tells to expect is one that the service logs', () => {
  const [paragraph = ''] = /^What to expect:[\s\S]*?\n\n/m.exec(read('README.md')) ?? []
  const lines = [...paragraph.matchAll(/`([a-z][a-z ]+)`/g)].map(([, line = '']) => line)
  const sources = sourcesThatLog()
  assert.ok(lines.length >= 4, lines.join())
  for (const line of lines) if (line !== 'migrate') assert.ok(sources.includes(`'${line}'`), line)
})

/** The rows of the table for 3 a.m. */
const runbook = (): string[][] => {
  const [, table = ''] = /<!-- runbook -->([\s\S]*?)<!-- runbook end -->/.exec(
    read('.github/OPERATIONS.md'),
  ) as string[]
  const [, , ...rows] = table.trim().split('\n')
  return rows.map((row) => row.slice(2, -2).split(' | '))
}

test('every line of the log in the runbook is one that the service writes', () => {
  const sources = sourcesThatLog()
  assert.ok(runbook().length >= 15)
  for (const [, line = ''] of runbook())
    for (const [, words = ''] of line.matchAll(/`([^`]+)`/g))
      assert.ok(sources.includes(words), words)
})

test('every row of the runbook names a test that provokes it', () => {
  for (const cells of runbook()) {
    assert.equal(cells.length, 5, cells.join())
    const [, title = '', path = ''] = /^\[(.+)\]\(\.\.\/(.+)\)$/.exec(cells[4] ?? '') ?? []
    const text = read(path)
    assert.ok(text.includes(title), cells[4])
    const [, words = ''] = /^(?!none)[^`]*`([^`]+)`/.exec(cells[1] ?? '') ?? []
    assert.ok(text.includes(words), `${path} never awaits "${words}"`)
  }
})

/** What somebody met, and what a page has to say of it. */
const told: readonly (readonly [page: string, sentence: RegExp])[] = [
  [
    'README.md',
    /Set `BETTER_AUTH_URL` there: without it `iss` and `aud` follow the domain that was visited/,
  ],
  ['.github/FRONTEND.md', /Set `BETTER_AUTH_URL` to the one origin that users visit/],
  [
    '.github/FRONTEND.md',
    /`Location` and the target in `Link` are relative to the API, not to the page/,
  ],
  ['.github/FRONTEND.md', /A list has no `ETag` for each task/],
]
test('the pages say what a frontend would otherwise find out by its failures', () => {
  for (const [page, sentence] of told) assert.match(read(page).replaceAll(/\n\s*/g, ' '), sentence)
})
