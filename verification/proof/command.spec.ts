import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { program } from '../../bootstrap/system/program.ts'
import { allChecks } from '../checks/all.ts'
import { mutatedService, serviceEnv } from './mutated-service.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The documented command, word for word. */
const verify = async (variables: Record<string, string>) => {
  const command = [process.execPath, '--test', '--test-reporter=tap', 'verification']
  const suite = program(command, { cwd: root, env: variables, timeoutMs: 120_000 })
  try {
    return { code: await suite.ended(), output: suite.stdout() + suite.stderr() }
  } finally {
    await suite.kill()
  }
}

describe('node --test verification', () => {
  it('runs every check once against a live server and is green', async () => {
    const service = await mutatedService({})
    try {
      const { code, output } = await verify({
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
      assert.match(output, new RegExp(`^# pass ${allChecks.length + 1}$`, 'm'))
    } finally {
      await service.close()
    }
  })

  it('is red and names every variable where it is not configured', async () => {
    const { code, output } = await verify({ TARGET_URL: '', ALLOWED_ORIGINS: 'https://a.example/' })
    assert.notEqual(code, 0)
    assert.match(output, /TARGET_URL is missing/)
    assert.match(output, /ALLOWED_ORIGINS entry 1/)
    assert.match(output, /^# pass 0$/m)
  })

  it('is red where nobody answers', async () => {
    const { code, output } = await verify({
      TARGET_URL: 'http://127.0.0.1:9',
      ALLOWED_ORIGINS: serviceEnv.CORS_ORIGINS,
      BETTER_AUTH_SECRET: serviceEnv.BETTER_AUTH_SECRET,
    })
    assert.notEqual(code, 0)
    assert.match(output, /does not answer as the service/)
  })
})
