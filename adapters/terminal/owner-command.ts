import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import type { OwnerRecords, RecordCounts } from '../../application/ports/owner-records.ts'
import { Fault } from '../../domain/fault.ts'
import { type Owner, ownerOf } from '../../domain/owner.ts'

export const exitCodes = {
  done: 0,
  /** nothing was changed, or it is not known */
  failed: 1,
  misused: 2,
  /** erased, and the owner has written again */
  rewritten: 3,
} as const

const usage = `Exports or erases all that is kept of one owner, the sub of their tokens.

  owner export <sub>         writes a line of JSON for each thing kept, and one at the end that counts them
  owner erase <sub> [--yes]  removes it all for ever, after asking; --yes where nobody can be asked

A sub that begins with - comes after --. Erase after the user is deleted and their tokens have expired: whoever has a
valid token may write again. Exit codes: 0 done, 1 failed, 2 not understood or not confirmed, 3 erased but written again.`

export interface OwnerCommandOptions {
  records: OwnerRecords
  /** what a person can do about the cause of a failure, in one line without values */
  remedyFor: (cause: unknown) => string
  /** where exports go */
  output: Writable
  /** where everything else goes; never the subject, which would stay in the platform's log */
  say: (line: string) => void
  /** absent where nobody can be asked */
  ask?: (question: string) => Promise<string>
}

/** The operator's command line. Returns the exit code. */
export const ownerCommand = async (
  args: readonly string[],
  options: OwnerCommandOptions,
): Promise<number> => {
  const command = commandOf(args)
  if (typeof command === 'string') {
    options.say(command)
    return exitCodes.misused
  }
  try {
    return await (command.verb === 'export' ? exported : erased)(command, options)
  } catch (error) {
    options.say(sayingOf(error, command, options))
    return exitCodes.failed
  }
}

interface Command {
  verb: 'export' | 'erase'
  owner: Owner
  yes: boolean
}

/** What is asked for, or what is wrong with it. */
const commandOf = (args: readonly string[]): Command | string => {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: { yes: { type: 'boolean', default: false } },
      allowPositionals: true,
    })
    const [verb, subject, ...more] = positionals
    if ((verb !== 'export' && verb !== 'erase') || more.length > 0) return usage
    const owner = ownerOf(subject)
    return owner === undefined
      ? `the sub can be no owner's: give it whole and in quotes, up to 255 characters\n\n${usage}`
      : { verb, owner, yes: values.yes }
  } catch {
    return usage
  }
}

const told = ({ tasks, idempotencyKeys }: RecordCounts): string =>
  `${tasks} ${tasks === 1 ? 'task' : 'tasks'} and ${idempotencyKeys} idempotency ${idempotencyKeys === 1 ? 'key' : 'keys'}`

const NOTHING =
  'nothing is kept of this owner; a sub is compared byte for byte, so check its spelling'

const exported = async ({ owner }: Command, { records, output, say }: OwnerCommandOptions) => {
  const counts: RecordCounts = { tasks: 0, idempotencyKeys: 0 }
  const lines = async function* () {
    for await (const line of records.all(owner)) {
      counts[line.kind] += 1
      yield `${JSON.stringify(line)}\n`
    }
    // By which whoever reads the file later knows that it is whole.
    yield `${JSON.stringify({ kind: 'end', record: counts })}\n`
  }
  await pipeline(Readable.from(lines()), output, { end: false })
  say(isNothing(counts) ? NOTHING : `exported ${told(counts)}`)
  return exitCodes.done
}

const isNothing = ({ tasks, idempotencyKeys }: RecordCounts) => tasks + idempotencyKeys === 0

const erased = async ({ owner, yes }: Command, { records, say, ask }: OwnerCommandOptions) => {
  const there = await records.count(owner)
  if (!isNothing(there) && !yes) {
    if (ask === undefined) {
      say(`${told(there)} would be removed, and nobody can be asked: add --yes`)
      return exitCodes.misused
    }
    const answer = await ask(`${told(there)} will be removed for ever. Type erase to go on: `)
    if (answer.trim() !== 'erase') {
      say('nothing was removed')
      return exitCodes.misused
    }
  }
  const gone = await records.erase(owner)
  say(isNothing(gone) ? NOTHING : `erased ${told(gone)}`)
  const left = await records.count(owner).catch((error) => {
    if (!(error instanceof Fault)) throw error
  })
  if (!left) {
    say('whether the owner has written meanwhile is not known: erase again, which does no harm')
    return exitCodes.failed
  }
  if (isNothing(left)) return exitCodes.done
  say(
    `${told(left)} came meanwhile: end the user's sessions, wait until their tokens have expired, and erase again`,
  )
  return exitCodes.rewritten
}

const sayingOf = (
  error: unknown,
  { verb }: Command,
  { remedyFor }: OwnerCommandOptions,
): string => {
  if (error instanceof Fault) {
    if (error.code === 'outcome_unknown')
      return 'the database went away before it said whether all was removed: erase again, which does no harm'
    const so = verb === 'export' ? 'the export is not whole' : 'nothing was removed'
    return `${so}, since the database does not serve: ${remedyFor(error.cause)}`
  }
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === 'EPIPE') return 'whoever reads the export has closed it: it is not whole'
  if (syscall === 'write') return `the export cannot be written (${code}): it is not whole`
  throw error
}
