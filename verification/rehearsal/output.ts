import type { End, Program } from '../../bootstrap/system/program.ts'

/** @throws Error that names the command and the line in which it told what was wrong */
export const assertSucceeded = async (running: Program, command: string): Promise<void> => {
  const end = await running.ended()
  if (end !== 0) throw new Error(`${command} ended with ${end}: ${errorIn(outputOf(running))}`)
}

export const outputOf = ({ stdout, stderr }: Program): string => stdout() + stderr()

/** The fatal lines of a log; else the first line with an error, or the last: the best guess at what was wrong. */
export const errorIn = (output: string): string => {
  const fatal = logLinesIn(output).filter(({ level }) => level === 'fatal')
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('{'))
  const error = lines.find((line) => /\berror\b|ERR!/i.test(line)) ?? lines.at(-1)
  const told = fatal.length > 0 ? fatal.map(({ message }) => message).join('; ') : error?.trim()
  return told?.slice(0, 400) ?? 'it said nothing'
}

/** The lines that are JSON, without what others, npm for example, wrote between them. */
export const logLinesIn = (output: string): Record<string, unknown>[] =>
  output.split('\n').flatMap((line) => {
    try {
      return line.startsWith('{') ? [JSON.parse(line)] : []
    } catch {
      return []
    }
  })

/** The first line of the log with this message. */
export const logLineOf = ({ stdout }: Program, text: string): Record<string, unknown> | undefined =>
  logLinesIn(stdout()).find(({ message }) => message === text)

/** @throws Error where it did not stop in good order, or did not say so in its last line */
export const assertStopped = ({ stdout }: Program, end: End, who: string): void => {
  const last = logLinesIn(stdout()).at(-1)?.message
  if (end !== 0 || last !== 'stopped')
    throw new Error(`${who} ended with ${end}, its last words were "${last}"`)
}
