import assert from 'node:assert/strict'
import {
  getDefaultAutoSelectFamilyAttemptTimeout,
  setDefaultAutoSelectFamilyAttemptTimeout,
} from 'node:net'
import { afterEach, test } from 'node:test'
import { root } from './build.ts'
import { logOf, type Program, program } from './program.ts'

const here = (name: string) => JSON.stringify(new URL(name, import.meta.url).href)
let running: Program | undefined
afterEach(() => running?.kill())

/** A program of the functions in process.ts and one line more. */
const run = (line: string): Program => {
  const source = `
    const { createLogger } = await import(${here('../logger.ts')})
    const { endOnUncaught, logWarnings, requireNode, stopOnSignals } = await import(${here('../process.ts')})
    const logger = createLogger('info')
    ${line}
    logger.info('here')
    setInterval(() => {}, 60_000)`
  const flags = ['--import', 'tsx', '--input-type=module', '-e', source]
  running = program([process.execPath, ...flags], { cwd: root })
  return running
}

const messages = (ended: Program) => logOf(ended).map(({ level, message }) => `${level} ${message}`)

test('a signal stops in good order', async () => {
  const asked = run('stopOnSignals(logger, 20_000, async () => logger.info("stop"))')
  await asked.wrote('"here"')
  asked.signal('SIGINT')
  assert.equal(await asked.ended(), 0)
  assert.deepEqual(messages(asked), ['info here', 'info stopping', 'info stop', 'info stopped'])
})

test('the echo that npm makes of a Ctrl-C is not a second one', async () => {
  const echoed = run(`
    const stopped = new Promise((resolve) => process.once('SIGUSR2', resolve))
    stopOnSignals(logger, 20_000, () => stopped)`)
  await echoed.wrote('"here"')
  echoed.signal('SIGINT')
  await echoed.wrote('"stopping"')
  echoed.signal('SIGINT')
  echoed.signal('SIGUSR2')
  assert.equal(await echoed.ended(), 0)
  assert.deepEqual(messages(echoed), ['info here', 'info stopping', 'info stopped'])
})

test('a second signal ends at once', async () => {
  const hung = run(`stopOnSignals(logger, 600_000, () => {
    setTimeout(() => logger.info('later'), 1_000)
    return new Promise(() => {})
  })`)
  await hung.wrote('"here"')
  hung.signal('SIGTERM')
  await hung.wrote('"later"')
  hung.signal('SIGTERM')
  assert.equal(await hung.ended(), 1)
})

test('what does not stop in time is ended, and said', async () => {
  const hung = run('stopOnSignals(logger, 100, () => new Promise(() => {}))')
  await hung.wrote('"here"')
  hung.signal('SIGTERM')
  assert.equal(await hung.ended(), 1)
  assert.equal(messages(hung).at(-1), 'error not everything ended in time')
})

test('what cannot be stopped ends with an error', async () => {
  const failing = run('stopOnSignals(logger, 20_000, async () => { throw new Error("hunter2") })')
  await failing.wrote('"here"')
  failing.signal('SIGTERM')
  assert.equal(await failing.ended(), 1)
  assert.equal(messages(failing).at(-1), 'error stopping failed')
  assert.doesNotMatch(failing.stdout(), /hunter2/)
})

for (const [name, line] of [
  ['uncaught exception', 'setTimeout(() => { throw new Error("hunter2") })'],
  ['unhandled rejection', 'void Promise.reject(new Error("hunter2"))'],
] as const)
  test(`an ${name} ends the process with one line without its message`, async () => {
    const thrown = run(`endOnUncaught(logger); ${line}`)
    assert.equal(await thrown.ended(), 1)
    assert.equal(messages(thrown).at(-1), `fatal ${name}`)
    assert.equal(thrown.stderr(), '')
    assert.doesNotMatch(thrown.stdout(), /hunter2/)
  })

test('no line is lost when the process ends', async () => {
  const brief = run('for (let n = 0; n < 2_000; n += 1) logger.info(String(n)); process.exit(0)')
  assert.equal(await brief.ended(), 0)
  assert.deepEqual(
    messages(brief),
    Array.from({ length: 2_000 }, (_, n) => `info ${n}`),
  )
})

test('a warning of Node is a line of the log', async () => {
  const warned = run('logWarnings(logger); process.emitWarning("hunter2", { code: "DEP0000" })')
  await warned.wrote('"warning of Node"')
  await warned.wrote('"here"')
  assert.equal(warned.stderr(), '')
  assert.doesNotMatch(warned.stdout(), /hunter2/)
  assert.ok(messages(warned).includes('warn warning of Node'))
})

test('an old Node is told so in one line', async () => {
  const versions = { ...process.versions, node: '20.18.3' }
  const old = run(`
    Object.defineProperty(process, 'versions', { value: ${JSON.stringify(versions)} })
    requireNode()`)
  assert.equal(await old.ended(), 1)
  const [line, ...more] = messages(old)
  assert.match(
    line ?? '',
    /^fatal Node 20\.19, or 22\.12 and later, is needed and this is 20\.18\.3: install/,
  )
  assert.deepEqual(more, [])
})

test('an address has more than Node’s 250 ms', async () => {
  const { reachFarHosts } = await import('../process.ts')
  const before = getDefaultAutoSelectFamilyAttemptTimeout()
  reachFarHosts()
  assert.equal(getDefaultAutoSelectFamilyAttemptTimeout(), 1_500)
  setDefaultAutoSelectFamilyAttemptTimeout(before)
})
