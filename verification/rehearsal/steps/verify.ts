import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseReport } from '../../reports/report.ts'
import { complaintIn } from '../clean-copy.ts'
import { deployOn, type Mode, originsOf, type Stage, serving, variablesOf } from '../stage.ts'
import { NotDone, type Step } from '../step.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const PATIENCE_MS = 120_000

/** Runs one of our own commands in the container, so that it knows the same names. */
const ours = async (stage: Stage, command: string, env: NodeJS.ProcessEnv) => {
  const trusting = { NODE_EXTRA_CA_CERTS: stage.caFile, ...env }
  const place = { cwd: root, env: trusting, timeoutMs: PATIENCE_MS }
  const running = stage.container.run(`node --import tsx ${command}`, place)
  const code = await running.ended()
  return { code, text: running.stdout() + running.stderr() }
}

/** Whether something else answers on this machine's port for plain HTTP, which the suite would ask. */
const isPlainHttpTaken = async (): Promise<boolean> => {
  const socket = connect(80, '127.0.0.1')
  const taken = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return taken
}

/** The suite at its highest level, as whoever has the key would run it. */
const verify = async (stage: Stage, mode: Mode, out: string): Promise<string> => {
  mkdirSync(out, { recursive: true })
  rmSync(join(out, 'report.json'), { force: true })
  const { issuer, edge, source, container, frontendOrigin } = stage
  const own = await isPlainHttpTaken()
  const { code, text } = await ours(stage, 'verification/cli.ts', {
    TARGET_URL: edge.url,
    ALLOWED_ORIGINS: originsOf(stage).join(','),
    REPORT_DIR: out,
    EXPECTED_RELEASE: source.commit,
    ...(!container.missing && { FRONTEND_URL: frontendOrigin }),
    ...(own && { WAIVE: 'R-04' }),
    ...(mode === 'key set'
      ? { VECTORS: await vectors(stage, issuer.origin) }
      : {
          BETTER_AUTH_SECRET: stage.secret,
          AUTH_ISSUER: issuer.origin,
          AUTH_AUDIENCE: issuer.origin,
        }),
  })
  if (code !== 0 && code !== 1 && code !== 3 && code !== 4) throw new Error(complaintIn(text))
  const report = parseReport(readFileSync(join(out, 'report.json'), 'utf8'))
  const { outcome, counts, notRun, checks, run } = report
  const verdicts = Object.entries(counts.verdicts).filter(([, count]) => count > 0)
  const list = verdicts.map(([verdict, count]) => `${count} ${verdict}`).join(', ')
  const bad = checks.filter(({ verdict }) => verdict === 'FAIL' || verdict === 'INCONCLUSIVE')
  if (code !== 0) {
    const [first] = bad
    const found = first ? `; ${first.id} ${first.promise}: ${first.findings[0]?.observed}` : ''
    throw new Error(`${outcome.sentence}${found}`)
  }
  const gaps = notRun.map(({ reason, checks: ids }) => `${ids.join(' ')} (${reason})`).join('; ')
  return `${list} in ${(run.ms / 1_000).toFixed(1)} s; not run: ${gaps || 'none'}`
}

const vectors = async (stage: Stage, origin: string): Promise<string> => {
  const file = join(stage.folder, 'vectors.json')
  const minted = await ours(stage, `verification/mint-vectors.ts ${file}`, {
    AUTH_PRIVATE_JWK: JSON.stringify(stage.issuer.key.privateJwk),
    AUTH_ISSUER: origin,
    AUTH_AUDIENCE: origin,
  })
  if (minted.code !== 0) throw new Error(complaintIn(minted.text))
  return file
}

const keySet: Step<Stage> = {
  name: 'verification, key set',
  promised: 'every check of the suite passes from outside, over TLS and through the edge',
  needs: ['steady load'],
  run: async (stage) => {
    await serving(stage)
    return verify(stage, 'key set', resolve(stage.options.out))
  },
}

const browser: Step<Stage> = {
  name: 'browser',
  promised: 'a real browser lets pages of the frontend do all they need and others nothing',
  needs: ['steady load'],
  run: async (stage) => {
    await serving(stage)
    const { code, text } = await ours(stage, 'verification/browser.ts', {
      TARGET_URL: stage.edge.plainUrl,
      ALLOWED_ORIGINS: originsOf(stage)[0],
      CHROMIUM_PATH: process.env.CHROMIUM_PATH,
      VERIFY_LEVEL: 'users',
      TOKEN_A: stage.issuer.tokenFor('browser-a'),
      TOKEN_B: stage.issuer.tokenFor('browser-b'),
    })
    const lines = text.trim().split('\n')
    const wrong = lines.filter((line) => /^(FAIL|UNTESTED) /.test(line))
    if (code === 0) return `${lines.at(-1)}; without TLS, for it would not believe our authority`
    if (code === 2) throw new NotDone(wrong[0] ?? lines.at(-1))
    throw new Error(wrong.join('; ') || lines.at(-1))
  },
}

const audit: Step<Stage> = {
  name: 'audit',
  promised: 'the report of this run and nothing else is its live evidence',
  needs: ['verification, key set'],
  run: async (stage) => {
    const out = resolve(stage.options.out)
    const { code, text } = await ours(
      stage,
      `decisions/audit/run.ts --report ${out} --into ${out}`,
      {},
    )
    if (code !== 0) throw new Error(complaintIn(text))
    const { run } = parseReport(readFileSync(join(out, 'report.json'), 'utf8'))
    const written = readFileSync(join(out, 'audit.md'), 'utf8')
    const [sentence] = /^Live checks: .*$/m.exec(written) ?? []
    if (!sentence?.includes(run.startedAt)) throw new Error(`it is not of this run: ${sentence}`)
    return sentence.split(', by the run')[0] ?? ''
  },
}

const sharedSecret: Step<Stage> = {
  name: 'verification, shared secret',
  promised: 'an instance that is given BETTER_AUTH_SECRET instead passes every check as well',
  needs: ['steady load'],
  run: async (stage) => {
    const other = await deployOn(stage, variablesOf(stage, 'shared secret'))
    try {
      stage.edge.route(other.port)
      return await verify(stage, 'shared secret', join(resolve(stage.options.out), 'shared-secret'))
    } finally {
      if (stage.running) stage.edge.route(stage.running.port)
      await other.program.kill()
    }
  },
}

export const verifyPart: readonly Step<Stage>[] = [keySet, browser, audit, sharedSecret]
