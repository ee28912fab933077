import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { allChecks } from '../checks/all.ts'
import { stage, stageEnv } from './stage.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The documented command, word for word. A child of a test runner would run nothing, so it must not know. */
const verify = async (variables: Record<string, string>) => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn(process.execPath, ['--test', '--test-reporter=tap', 'verification'], {
    cwd: root,
    env: { ...env, ...variables },
    timeout: 120_000,
  })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output: Buffer.concat(chunks).toString() }
}

describe('node --test verification', () => {
  it('runs every check once against a live server and is green', async () => {
    const staged = await stage({})
    try {
      const { code, output } = await verify({
        TARGET_URL: staged.url,
        ALLOWED_ORIGINS: stageEnv.CORS_ORIGINS,
        BETTER_AUTH_SECRET: stageEnv.BETTER_AUTH_SECRET,
        AUTH_ISSUER: stageEnv.AUTH_ISSUER,
        AUTH_AUDIENCE: stageEnv.AUTH_AUDIENCE,
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
      await staged.close()
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
      ALLOWED_ORIGINS: stageEnv.CORS_ORIGINS,
      BETTER_AUTH_SECRET: stageEnv.BETTER_AUTH_SECRET,
    })
    assert.notEqual(code, 0)
    assert.match(output, /does not answer as the service/)
  })
})
