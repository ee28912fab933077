import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { root } from './build.ts'

/** Bundled as it is deployed: tsx looks at standard output itself, which makes a pipe one that does not block. */
const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('../logger.ts', import.meta.url))],
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  write: false,
})

const bounded = { timeout: 60_000 }
let running: ChildProcess | undefined
afterEach(() => running?.kill('SIGKILL'))

/** A program that logs and whose standard output nobody reads until a test does. */
const unread = (lines: string) => {
  const source = `
    ${outputFiles[0]?.text}
    const logger = createLogger('info')
    ${lines}`
  const flags = ['--input-type=module', '-e', source]
  const child = spawn(process.execPath, flags, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  running = child
  const said = async (text: string) => {
    let all = ''
    for await (const chunk of child.stderr) {
      all += chunk
      if (all.includes(text)) return
    }
    assert.fail(`it ended without ${text}: ${all}`)
  }
  return { child, said }
}

const flood =
  'for (let n = 0; n < 20_000; n += 1) logger.info({ n, filler: "x".repeat(100) }, "request")'

test(
  'who logs lives on where nobody reads, and what was dropped is told when somebody does',
  bounded,
  async () => {
    const { child, said } = unread(`
    ${flood}
    process.stderr.write('lives')
    let n = 20_000
    setInterval(() => logger.info({ n: n++ }, 'later'), 50)`)
    await said('lives')
    let text = ''
    for await (const chunk of child.stdout ?? []) {
      text += chunk
      if (text.includes('log lines were dropped') && text.includes('later')) break
    }
    const lines = text
      .slice(0, text.lastIndexOf('\n'))
      .split('\n')
      .map((line) => JSON.parse(line))
    const [told, ...more] = lines.filter(({ dropped }) => dropped > 0)
    assert.deepEqual(more, [])
    const numbers = lines.filter(({ n }) => n !== undefined).map(({ n }) => Number(n))
    assert.deepEqual(
      numbers,
      numbers.toSorted((one, other) => one - other),
    )
    assert.equal((numbers.at(-1) ?? 0) + 1 - numbers.length, told.dropped)
  },
)

for (const reader of ['stalls', 'is gone'] as const)
  test(`who logs can end where the reader ${reader}`, bounded, async () => {
    const { child, said } = unread(`
    process.on('SIGTERM', () => { logger.info('stopping'); process.exit(0) })
    setInterval(() => undefined, 60_000)
    ${flood}
    process.stderr.write('lives')`)
    if (reader === 'is gone') child.stdout?.destroy()
    await said('lives')
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    assert.equal(code, 0)
  })

test('the last line reaches a reader that is late', bounded, async () => {
  const { child } = unread(`${flood}
    logger.fatal('the end')
    process.stderr.write('ends')
    process.exit(1)`)
  let text = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  await once(child, 'close')
  assert.match(text, /"message":"the end"\}\n$/)
})
