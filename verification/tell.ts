import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Repository, tellBroken, tellKept } from './pipeline/issue.ts'
import { stepSummaryOf } from './reports/formats/step-summary.ts'
import { REPORT_FOLDER } from './reports/formats/write.ts'
import { exitCodes } from './reports/outcome.ts'
import { parseReport } from './reports/report.ts'

/**
 * Tells the repository what a verification came to: one issue that opens when the deployment breaks its promises or none
 * can be judged, and closes when it keeps them. EXIT_CODE is that of `npm run verify:deployed`; GitHub gives the rest.
 */
const main = async (env: NodeJS.ProcessEnv): Promise<string> => {
  const { GITHUB_API_URL: api, GITHUB_REPOSITORY: name, GITHUB_TOKEN: token } = env
  if (!api || !name || !token)
    throw new Error(
      'GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_TOKEN are needed: run it as a workflow',
    )
  const repository: Repository = { api, name, token }
  const run = `${env.GITHUB_SERVER_URL}/${name}/actions/runs/${env.GITHUB_RUN_ID}`
  const code = env.EXIT_CODE?.trim()
  if (code === String(exitCodes.passed.code))
    return tellKept(repository, `It keeps its contract again: ${run}`)
  // That says something about the workflow's variables, and nothing about the deployment.
  if (code === String(exitCodes.misconfigured.code))
    return 'the suite was not started: the issue is left as it is'
  return tellBroken(repository, `Last seen by ${run}\n\n${bodyOf(env, code)}`)
}

const bodyOf = ({ REPORT_DIR }: NodeJS.ProcessEnv, code = ''): string => {
  const file = join(resolve(REPORT_DIR?.trim() || REPORT_FOLDER), 'report.json')
  try {
    const report = parseReport(readFileSync(file, 'utf8'))
    // The suite is not all of it: the browser's check comes after its report.
    const other = code !== String(report.outcome.exitCode)
    const why = `The run ended with exit code ${code || 'none'}, and this report does not say why: see its page.\n\n`
    return `${other ? why : ''}${stepSummaryOf(report)}`
  } catch {
    return 'The run ended without a report: see its log.'
  }
}

try {
  process.stdout.write(`${await main(process.env)}\n`)
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 1
}
