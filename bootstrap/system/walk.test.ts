import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterEach, test } from 'node:test'
import { checkouts, shellLines, tokensOf } from './checkout.ts'
import { request } from './http-client.ts'
import { TIMEOUT_MS } from './wait.ts'

const { checkout, dev, clear } = checkouts()
afterEach(clear)

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
/** The README's walk: what is pasted, and what it says comes back. */
const walk = (): { pasted: string; shown: string }[] => {
  const [, section = ''] = /\n## Five minutes with the API\n([\s\S]*?)\n## /.exec(readme) ?? []
  const blocks = section.matchAll(/```sh\n([\s\S]*?)```\n(?:```\n([\s\S]*?)```)?/g)
  return [...blocks].map(([, pasted = '', shown = '']) => ({ pasted, shown }))
}

/** What has to come back: JSON that was broken for the page in one piece, anything for an ellipsis, an id or a time. */
const expected = (line: string): RegExp => {
  const open = line.replaceAll(/"request_id":"[^"]*"|\d{4}-\d\d-\d\dT[\d:.]+Z/g, '…')
  return new RegExp(open.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('…', '.*?'))
}

const sh = (script: string): string => {
  const { status, stdout } = spawnSync('sh', ['-c', script], {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  })
  assert.equal(status, 0, script)
  return stdout
}

const [COLUMNS, ROWS] = [80, 24]
const rowsOf = (text: string) =>
  text.split('\n').reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / COLUMNS)), 0)

test("what a start prints fits one screen, and so do the README's commands that begin it", async () => {
  const { service } = await dev(checkout())
  await shellLines(service)
  const npm = '\n> task-ownership-api@1.0.0 dev\n> node --import tsx bootstrap/dev.ts\n\n'
  const colour = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g')
  const rows = rowsOf(npm + service.stdout().replaceAll(colour, ''))
  assert.ok(rows <= ROWS, `${rows} rows`)
  const commands = walk().map(({ pasted }) => pasted.trim())
  assert.ok(rowsOf(commands.join('\n')) <= ROWS)
  assert.ok(readme.split('\n').length <= 296)
})

test('the walk of the README answers as it says, and its tasks and tokens are good after a crash', async (t) => {
  if (spawnSync('curl', ['--version']).status !== 0) return t.skip('there is no curl')
  const directory = checkout()
  const { service } = await dev(directory)
  const [variables = '', list = '', ...more] = await shellLines(service)
  assert.deepEqual(more, [])
  assert.deepEqual(JSON.parse(sh(`${variables}\n${list}`)).tasks, [])

  const [first, ...steps] = walk()
  assert.equal(steps.length, 4)
  assert.match(first?.pasted ?? '', /^API=\S+ ADA=… BOB=…\n$/)
  let [known, id] = [variables, '']
  const [printed = ''] = /[\da-f]{8}-[\da-f-]{27}/.exec(readme) ?? []
  const own = (text: string) =>
    id === ''
      ? text
      : text.replaceAll(printed, id).replaceAll(`${printed.slice(0, 9)}…`, `${id.slice(0, 9)}…`)
  for (const { pasted, shown } of steps) {
    const script = own(pasted)
    let said = sh(`${known}\n${script}`)
    known += `\n${(script.match(/^[A-Z]+=.*$/gm) ?? []).join('\n')}`
    id ||= /^location: .*\/(\S+)/m.exec(said)?.[1] ?? ''
    for (const line of own(shown).replaceAll(/\n +/g, '').split('\n')) {
      const found = expected(line).exec(said)
      assert.ok(found, `${line}\n\nis not in\n\n${said}`)
      said = said.slice(found.index + found[0].length)
    }
  }

  const authorization = `Bearer ${tokensOf('ada', service)[0]}`
  await service.kill()
  const { port, service: again } = await dev(directory)
  await shellLines(again)
  const { status, body } = await request(port, '/api/v1/tasks', { headers: { authorization } })
  assert.equal(status, 200)
  assert.deepEqual(
    JSON.parse(body).tasks.map((task: { id: string }) => task.id),
    [id],
  )
})
