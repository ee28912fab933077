import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { program } from '../../bootstrap/system/program.ts'
import { allChecks } from '../checks/all.ts'
import { mutatedService, serviceEnv } from './mutated-service.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** As many as whoever keeps the contract is asked, by record 0054; a server with faults is asked more. */
const REQUESTS_USUAL = 1_000
/** What is asked differs by a few requests from seed to seed; a test is the same each time. */
const SEED = '1'

/** The documented command, word for word. */
const verify = async (variables: Record<string, string>) => {
  const command = [process.execPath, '--test', '--test-reporter=tap', 'verification']
  // A machine that is busy with other tests is no matter of these.
  const env = { VERIFY_PATIENCE: '10', ...variables }
  const suite = program(command, { cwd: root, env, timeoutMs: 600_000 })
  try {
    return { code: await suite.ended(), output: suite.stdout() + suite.stderr() }
  } finally {
    await suite.kill()
  }
}

describe('node --test verification', () => {
  it('runs every check once against a live server and is green', async () => {
    const service = await mutatedService({})
    const folder = await mkdtemp(join(tmpdir(), 'verification-'))
    try {
      const page = join(folder, 'page.md')
      const { code, output } = await verify({
        GITHUB_STEP_SUMMARY: page,
        VERIFY_SEED: SEED,
        TARGET_URL: service.url,
        ALLOWED_ORIGINS: serviceEnv.CORS_ORIGINS,
        BETTER_AUTH_SECRET: serviceEnv.BETTER_AUTH_SECRET,
        AUTH_ISSUER: serviceEnv.AUTH_ISSUER,
        AUTH_AUDIENCE: serviceEnv.AUTH_AUDIENCE,
      })
      assert.equal(code, 0, output.slice(-4000))
      for (const { id } of allChecks) {
        const lines = output
          .split('\n')
          .filter((line) => /^ *(not )?ok /.test(line) && line.includes(`- ${id} · `))
        assert.equal(lines.length, 1, `${id} ran ${lines.length} times`)
      }
      const counted = (name: string) =>
        Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(output)?.[1])
      // Loopback has no TLS, and neither a frontend nor a release was named: skipped, and never passed.
      const undone = output.match(/^ok \d+ - R-0[234] .* # SKIP no TLS on loopback$/gm) ?? []
      assert.equal(undone.length, 3)
      assert.ok(counted('skipped') >= 5, output.slice(-400))
      assert.equal(counted('pass') + counted('skipped'), allChecks.length + 1)
      const [, requests = 'none told'] =
        /, (\d+) requests,/.exec(await readFile(page, 'utf8')) ?? []
      assert.ok(Number(requests) <= REQUESTS_USUAL, `${requests} requests`)
    } finally {
      await rm(folder, { recursive: true })
      await service.close()
    }
  })

  it('is red and names every variable where it is not configured', async () => {
    const { code, output } = await verify({
      TARGET_URL: '',
      ALLOWED_ORIGINS: 'https://a.example/',
      VERIFY_PATIENCE: '0',
    })
    assert.notEqual(code, 0)
    assert.match(output, /TARGET_URL is missing/)
    assert.match(output, /ALLOWED_ORIGINS entry 1/)
    assert.match(output, /VERIFY_PATIENCE must be a whole number from 1 to 20/)
    assert.match(output, /^# pass 0$/m)
  })

  it('is red where nobody answers', async () => {
    const { code, output } = await verify({
      TARGET_URL: 'http://127.0.0.1:9',
      ALLOWED_ORIGINS: serviceEnv.CORS_ORIGINS,
      BETTER_AUTH_SECRET: serviceEnv.BETTER_AUTH_SECRET,
    })
    assert.notEqual(code, 0)
    const [first] = output.match(/^(not )?ok .*/gm) ?? []
    assert.match(first ?? '', /^not ok 1 - TARGET_URL does not answer .* nothing listens there/)
    // Some Nodes count the file that holds it as well.
    const failed = (output.match(/^not ok .*/gm) ?? []).filter((line) => !/\.js$/.test(line))
    assert.equal(failed.length, 1, 'the reason alone')
  })

  for (const [all, origins] of [
    ['none', 'https://another.example.com'],
    ['not all', `${serviceEnv.CORS_ORIGINS},https://another.example.com`],
  ] as const)
    it(`says first that ${all} of the origins are those of the target, and blames nothing else`, async () => {
      const service = await mutatedService({})
      try {
        const { output } = await verify({
          TARGET_URL: service.url,
          ALLOWED_ORIGINS: origins,
          BETTER_AUTH_SECRET: serviceEnv.BETTER_AUTH_SECRET,
          AUTH_ISSUER: serviceEnv.AUTH_ISSUER,
          AUTH_AUDIENCE: serviceEnv.AUTH_AUDIENCE,
        })
        const [first, ...others] = output.match(/^not ok .*/gm) ?? []
        assert.match(first ?? '', /^not ok 1 - ALLOWED_ORIGINS does not match the target/)
        assert.deepEqual(
          others
            .filter((line) => /[A-Z]-\d\d/.test(line))
            .map((line) => /[A-Z]-\d\d/.exec(line)?.[0]),
          ['C-01'],
        )
      } finally {
        await service.close()
      }
    })
})
