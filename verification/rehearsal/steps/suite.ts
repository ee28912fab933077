import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { exportJWK } from 'jose'
import { parseReport, type Report } from '../../reports/report.ts'
import type { RehearsalContext } from '../context.ts'
import { errorIn } from '../output.ts'
import { allowedOrigins, type Mode } from '../variables.ts'
import { ownCommand } from './own-command.ts'

/** Runs the live suite at its highest level, as somebody with the key would. @throws Error with the first finding */
export const runSuite = async (
  context: RehearsalContext,
  mode: Mode,
  out: string,
): Promise<string> => {
  const { issuer, edge, source, sandbox, frontend, secret } = context
  mkdirSync(out, { recursive: true })
  rmSync(join(out, 'report.json'), { force: true })
  const { code, text } = await ownCommand(context, 'verification/cli.ts', {
    TARGET_URL: edge.url,
    ALLOWED_ORIGINS: allowedOrigins(context).join(','),
    REPORT_DIR: out,
    EXPECTED_RELEASE: source.commit,
    ...(!sandbox.missing && { FRONTEND_URL: frontend.origin }),
    ...((await isPlainHttpTaken()) && { WAIVE: 'R-04' }),
    ...(mode === 'key set'
      ? { VECTORS: await mintVectors(context) }
      : { BETTER_AUTH_SECRET: secret, AUTH_ISSUER: issuer.origin, AUTH_AUDIENCE: issuer.origin }),
  })
  if (code !== 0 && code !== 1 && code !== 3 && code !== 4) throw new Error(errorIn(text))
  const report = reportIn(out)
  if (code !== 0) throw new Error(`${report.outcome.sentence}${firstFinding(report)}`)
  return figuresOf(report)
}

/** Whether another server listens on this machine's port for plain HTTP, which the suite would ask. */
const isPlainHttpTaken = async (): Promise<boolean> => {
  const socket = connect(80, '127.0.0.1')
  const isTaken = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return isTaken
}

const mintVectors = async (context: RehearsalContext): Promise<string> => {
  const { folder, issuer } = context
  const { kid, privateKey } = issuer.key
  const file = join(folder, 'vectors.json')
  const { code, text } = await ownCommand(context, `verification/mint-vectors.ts ${file}`, {
    AUTH_PRIVATE_JWK: JSON.stringify({ ...(await exportJWK(privateKey)), kid, alg: 'EdDSA' }),
    AUTH_ISSUER: issuer.origin,
    AUTH_AUDIENCE: issuer.origin,
  })
  if (code !== 0) throw new Error(errorIn(text))
  return file
}

export const reportIn = (folder: string): Report =>
  parseReport(readFileSync(join(folder, 'report.json'), 'utf8'))

const firstFinding = ({ checks }: Report): string => {
  const first = checks.find(({ verdict }) => verdict === 'FAIL' || verdict === 'INCONCLUSIVE')
  return first ? `; ${first.id} ${first.promise}: ${first.findings[0]?.observed}` : ''
}

const figuresOf = ({ counts, notRun, run }: Report): string => {
  const verdicts = Object.entries(counts.verdicts).filter(([, count]) => count > 0)
  const list = verdicts.map(([verdict, count]) => `${count} ${verdict}`).join(', ')
  const gaps = notRun.map(({ reason, checks }) => `${checks.join(' ')} (${reason})`).join('; ')
  return `${list} in ${(run.ms / 1_000).toFixed(1)} s; not run: ${gaps || 'none'}`
}
