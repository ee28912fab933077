import { createInterface } from 'node:readline/promises'
import { ownerRecords } from '../adapters/postgres/owner-records.ts'
import { connectionTarget } from '../adapters/postgres/pool/connection-url.ts'
import { failureOf, remedyFor } from '../adapters/postgres/pool/failures.ts'
import { exitCodes, ownerCommand } from '../adapters/terminal/owner-command.ts'
import { ConfigError, migrationConfigOf } from './config/config.ts'
import { createLogger } from './logger.ts'
import { endOnUncaught } from './process.ts'

const say = (line: string) => void process.stderr.write(`${line}\n`)
// Lines of JSON would stand between those of an export.
endOnUncaught(createLogger('info', process.stderr))

const ask = async (question: string): Promise<string> => {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  return terminal.question(question).finally(() => terminal.close())
}

const targetOf = () => {
  const { environment, database } = migrationConfigOf(process.env)
  const { url, ...ca } = database
  return connectionTarget(url, { production: environment === 'production', ...ca })
}

try {
  process.exitCode = await ownerCommand(process.argv.slice(2), {
    records: ownerRecords(targetOf()),
    remedyFor: (cause) => {
      const failure = failureOf(cause)
      const remedy = remedyFor(failure).replace(/^none needed.*/, 'try again later')
      return `${remedy.replace('DATABASE_URL', 'the database URL')} (${failure.code})`
    },
    output: process.stdout,
    say,
    ...(process.stdin.isTTY && { ask }),
  })
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  for (const problem of error.problems) say(problem)
  process.exitCode = exitCodes.misused
}
