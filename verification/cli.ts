import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { allChecks } from './checks/all.ts'
import { forgetAbandoned } from './engine/attempt.ts'
import { startRun } from './engine/run.ts'
import { type Settings, SettingsError, settingsOf } from './engine/settings.ts'
import { buildReport } from './reports/build.ts'
import { consoleLines, painter } from './reports/formats/console.ts'
import { progress } from './reports/formats/progress.ts'
import { appendRefusal, appendStepSummary } from './reports/formats/step-summary.ts'
import { makeFolder, REPORT_FOLDER, writeReports } from './reports/formats/write.ts'
import { exitCodes } from './reports/outcome.ts'
import { redactor, secretsOf } from './reports/redact.ts'
import { parseReport, type Report } from './reports/report.ts'
import { SecretFound } from './reports/secrets.ts'

const usage = `Verifies a running service: npm run verify [-- --from report.json]

TARGET_URL and ALLOWED_ORIGINS say what is verified, VERIFY_LEVEL how deeply, REPORT_DIR where the reports go.
--from renders the reports anew from an existing report.json, without a single request.
Exit codes:
${Object.values(exitCodes)
  .map(({ code, meaning }) => `${String(code).padStart(5)}  ${meaning}`)
  .join('\n')}`

const say = (...lines: readonly string[]) => void process.stdout.write(`${lines.join('\n')}\n`)
const complain = (...lines: readonly string[]) => void process.stderr.write(`${lines.join('\n')}\n`)
const paint = painter(process.stdout.isTTY === true && !process.env.NO_COLOR)

const folder = resolve(process.env.REPORT_DIR?.trim() || REPORT_FOLDER)
const show = (report: Report, files: readonly string[]) =>
  say('', ...consoleLines(report, files, paint))

/** Everything that keeps a run from starting, at once. */
const prepare = async (): Promise<Settings> => {
  const problems: string[] = []
  const settings = await settingsOf(
    process.env,
    allChecks.map(({ id }) => id),
  ).catch((error: unknown) => {
    if (!(error instanceof SettingsError)) throw error
    problems.push(...error.problems)
    return undefined
  })
  try {
    makeFolder(folder)
  } catch {
    problems.push('REPORT_DIR cannot be made: name a folder that can be written')
  }
  if (!settings || problems.length > 0) throw new SettingsError(problems)
  return settings
}

const verify = async (): Promise<number> => {
  const settings = await prepare()
  forgetAbandoned()
  const line = progress(process.stdout, settings, allChecks.length)
  const run = startRun(settings, allChecks, line.onResult)
  run.obstacles.then(line.onObstacles)
  let signalled = false
  const stop = () => {
    // Whoever asks twice wants it at once: the next run clears up what is left.
    if (signalled) process.exit(exitCodes.interrupted.code)
    signalled = true
    line.end()
    say('interrupted: clearing up first; once more ends at once')
    run.stop('interrupted')
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  const finished = await run.finished
  line.end()
  const secrets = secretsOf(settings, process.env, finished.transport)
  const report = buildReport(run, finished, allChecks, redactor(secrets))
  show(report, writeReports(report, folder, secrets))
  appendStepSummary(report, process.env, secrets)
  return signalled ? exitCodes.interrupted.code : report.outcome.exitCode
}

/** The other artefacts from a report that is there; the report itself stays as it is. */
const render = (file: string): number => {
  let report: Report
  try {
    report = parseReport(readFileSync(file, 'utf8'))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new SettingsError([`${file} ${code ? `cannot be read (${code})` : message}`])
  }
  const secrets = secretsOf({}, process.env)
  show(report, writeReports(report, folder, secrets, ['report.json']))
  return report.outcome.exitCode
}

const main = async ([option, file, ...rest]: readonly string[]): Promise<number> => {
  try {
    if (option === '--help') return say(usage) ?? 0
    if (option === '--from' && file && rest.length === 0) return render(file)
    if (option !== undefined) throw new SettingsError([`${option} is not understood; see --help`])
    return await verify()
  } catch (error) {
    if (error instanceof SettingsError) {
      complain('Not configured:', ...error.problems.map((problem) => `  ${problem}`))
      appendRefusal(error.problems, process.env)
      return exitCodes.misconfigured.code
    }
    if (error instanceof SecretFound) {
      complain(error.message)
      return exitCodes.failed.code
    }
    complain(
      `The suite itself failed: ${error instanceof Error ? error.message : 'unknown reason'}`,
    )
    return exitCodes.inconclusive.code
  }
}

process.exitCode = await main(process.argv.slice(2))
