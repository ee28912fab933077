import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { context, type Plugin, stop as stopEsbuild } from 'esbuild'

export interface RestartOptions {
  /** A program that sends any message once it has started. */
  entry: string
  args: readonly string[]
  env: NodeJS.ProcessEnv
  /** Folders whose files the program reads, besides those that it imports. */
  directories: readonly string[]
}

export interface Running {
  /** Ends the program; it may be told more than once. */
  stop(): void
  /** Resolves with 0 once it was stopped, or with the exit code of a first start that failed. */
  ended: Promise<number>
}

const say = (line: string) => process.stdout.write(`\n${line}\n`)

/**
 * Runs a program from its sources, and anew whenever one of them has changed and all of them parse; while they do
 * not, the one that runs goes on. esbuild watches, since it knows every import and tells where a syntax error is;
 * `tsx watch` and `node --watch` end the program first, and neither tells whether the first start failed.
 */
export const restartOnChange = (options: RestartOptions): Running => {
  let child: ChildProcess | undefined
  let hasStarted = false
  let isStopped = false
  let end: (code: number) => void
  const ended = new Promise<number>((resolve) => {
    end = resolve
  })

  const start = () => {
    // A group of its own: Ctrl-C comes to this process, which passes it on, and not to the program as well.
    const started = fork(options.entry, options.args, { env: options.env, detached: true })
    child = started
    started.once('message', () => {
      hasStarted = true
    })
    started.once('exit', (code) => {
      if (child !== started || isStopped) return
      child = undefined
      if (hasStarted) say('The service has ended. It starts again with the next change.')
      else end(code ?? 1)
    })
  }
  const endChild = async () => {
    const old = child
    child = undefined
    if (!old || old.exitCode !== null || old.signalCode !== null) return
    old.kill('SIGTERM')
    await once(old, 'exit')
  }

  // One change after the other, each after the program of the one before has ended.
  let turn = Promise.resolve()
  const restart = () => {
    turn = turn.then(async () => {
      if (isStopped) return
      if (hasStarted) say('A source file has changed: the service starts again.')
      await endChild()
      if (!isStopped) start()
    })
  }
  const watched = watch(options, restart)
  watched.catch((error) => process.stderr.write(`${error.message}\n`))

  const stop = () => {
    // A second Ctrl-C is the program's to judge.
    child?.kill('SIGTERM')
    if (isStopped) return
    isStopped = true
    void turn.then(endChild).then(() => end(0))
  }
  const release = async () => {
    await watched.then(({ dispose }) => dispose()).catch(() => undefined)
    await stopEsbuild()
  }
  return { stop, ended: ended.finally(release) }
}

const watch = async ({ entry, directories }: RestartOptions, onChange: () => void) => {
  const plugin: Plugin = {
    name: 'restart-on-change',
    setup: (build) => {
      build.onResolve({ filter: /./ }, ({ kind, path }) =>
        kind === 'entry-point' ? { path, watchDirs: [...directories] } : undefined,
      )
      build.onEnd(({ errors }) => {
        if (errors.length === 0) onChange()
      })
    },
  }
  const watching = await context({
    entryPoints: [entry],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    write: false,
    logLevel: 'warning',
    plugins: [plugin],
  })
  await watching.watch()
  return watching
}
