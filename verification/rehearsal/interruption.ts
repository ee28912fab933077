/** npm passes on the Ctrl-C that the terminal has sent to us already; a person is slower than that. */
const ECHO_MS = 500

/**
 * Aborts at the first signal and calls `onSecond` at another one. An error that nobody catches, or an output that
 * nobody reads any more, aborts as well, so that everything that was started is stopped in any case.
 */
export const interruption = (
  say: (...lines: readonly string[]) => void,
  onSecond: () => never,
): AbortSignal => {
  const abort = new AbortController()
  let since: number | undefined
  const begin = (line: string) => {
    since = performance.now()
    say('', line)
    abort.abort()
  }
  const onSignal = () => {
    if (since === undefined)
      return begin('interrupted: taking everything back first; once more ends at once')
    if (performance.now() - since >= ECHO_MS) onSecond()
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal)
  process.stdout.on('error', () => abort.abort())
  for (const name of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(name, (error) => begin(`the rehearsal itself failed: ${(error as Error)?.stack}`))
  return abort.signal
}
