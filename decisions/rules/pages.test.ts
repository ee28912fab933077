import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const pages = [
  'README.md',
  'verification/README.md',
  ...readdirSync(new URL('.github', root)).map((name) => `.github/${name}`),
]

/** The lines of a page that people paste into a shell. */
const shellLines = (page: string): string[] =>
  [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.split('\n'))

test('every block can be pasted into zsh, which takes a comment for words of the command', () => {
  for (const page of pages)
    for (const line of shellLines(read(page))) assert.doesNotMatch(line, /(^|\s)#/, page)
})

test('every script that a page names is there', () => {
  const { scripts } = JSON.parse(read('package.json'))
  for (const page of pages)
    for (const [, name = ''] of read(page).matchAll(/npm run ([\w:-]+)/g))
      assert.ok(name in scripts, `${page}: npm run ${name}`)
})

test('every line of the log that the README tells to expect is one that the service logs', () => {
  const [paragraph = ''] = /^What to expect:[\s\S]*?\n\n/m.exec(read('README.md')) ?? []
  const lines = [...paragraph.matchAll(/`([a-z][a-z ]+)`/g)].map(([, line = '']) => line)
  const sources = readdirSync(new URL('bootstrap', root), { encoding: 'utf8' })
    .filter((name) => /(?<!\.test)\.ts$/.test(name))
    .map((name) => read(`bootstrap/${name}`))
    .join()
  assert.ok(lines.length >= 4, lines.join())
  for (const line of lines) if (line !== 'migrate') assert.ok(sources.includes(`'${line}'`), line)
})
