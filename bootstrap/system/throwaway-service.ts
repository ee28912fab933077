import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type Agent, type IncomingHttpHeaders, request } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildInto } from '../build.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * What a deploy consists of, in a folder of its own: the build and the files that it looks for beside itself.
 * There is no node_modules, so whatever runs here needs no package at all.
 */
export const throwawayBuild = async (): Promise<{ directory: string; remove(): void }> => {
  const directory = mkdtempSync(join(tmpdir(), 'tasks-build-'))
  const migrations = 'adapters/postgres/migrations'
  mkdirSync(join(directory, 'adapters/postgres'), { recursive: true })
  for (const path of ['package.json', 'Procfile', migrations])
    cpSync(join(root, path), join(directory, path), { recursive: true })
  await buildInto(join(directory, 'dist'))
  return {
    directory,
    remove: () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** The command of the deploy's Procfile. @throws Error where there is not exactly one */
export const commandIn = (app: string): string => {
  const lines = readFileSync(join(app, 'Procfile'), 'utf8').trim().split('\n')
  const [, command] = /^web: (.+)$/.exec(lines[0] ?? '') ?? []
  if (command === undefined || lines.length > 1)
    throw new Error('the Procfile has not exactly one line that begins with "web: "')
  return command
}

export interface Program {
  pid: number
  /** everything written so far */
  stdout(): string
  stderr(): string
  /** Resolves once both streams hold the text or what matches. @throws Error when that comes too late */
  wrote(pattern: RegExp | string): Promise<void>
  /** its exit code, or the signal that ended it. @throws Error when that comes too late */
  ended(): Promise<number | NodeJS.Signals | null>
  signal(name: NodeJS.Signals): void
  /** Ends it and its whole process group, if there still is one. */
  kill(): Promise<void>
}

/** Nothing here takes a tenth of it, even on a machine that is busy with something else. */
const PATIENCE_MS = 30_000

/** Runs a command in a process group of its own, with nothing of our own environment but the way to node. */
export const program = (
  [command = '', ...flags]: readonly string[],
  {
    cwd,
    env = {},
    patienceMs = PATIENCE_MS,
  }: { cwd: string; env?: NodeJS.ProcessEnv; patienceMs?: number },
): Program => {
  const { PATH, HOME } = process.env
  const child = spawn(command, flags, {
    cwd,
    env: { PATH, HOME, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const written = { stdout: '', stderr: '' }
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text
      child.emit('text')
    })
  const told = () => `${command} ${flags.join(' ')}:\n${written.stdout}${written.stderr}`
  const late =
    (what: string) =>
    ({ cause }: Error) => {
      throw new Error(`${what} came too late from ${told()}`, { cause })
    }
  const { pid } = child
  // Zero would be ourselves to everything below.
  if (!pid) throw new Error(`${command} does not run`)
  return {
    pid,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    wrote: async (pattern) => {
      const signal = AbortSignal.timeout(patienceMs)
      const found = () =>
        typeof pattern === 'string'
          ? (written.stdout + written.stderr).includes(pattern)
          : pattern.test(written.stdout + written.stderr)
      while (!found()) {
        if (child.exitCode !== null) throw new Error(`${pattern} never came from ${told()}`)
        await Promise.race([once(child, 'text', { signal }), closed]).catch(late(`${pattern}`))
      }
    },
    ended: () =>
      Promise.race([
        closed.then(([code, signal]) => signal ?? code),
        once(child, 'never', { signal: AbortSignal.timeout(patienceMs) }).catch(late('the end')),
      ]) as Promise<number | NodeJS.Signals | null>,
    signal: (name) => void process.kill(pid, name),
    kill: async () => {
      try {
        process.kill(-pid, 'SIGKILL')
      } catch {
        // it went by itself
      }
      await closed
    },
  }
}

/** The lines of a log, each of which has to be an object of JSON. */
export const logOf = ({ stdout }: Program): Record<string, unknown>[] =>
  stdout()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

/** A port that nobody listens on, a moment ago. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '::')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

export interface Question {
  method?: string
  host?: string
  headers?: Record<string, string>
  body?: string
  agent?: Agent
}

/** One request, on a connection of its own unless there is an agent. */
export const ask = async (port: number, path: string, question: Question = {}): Promise<Answer> => {
  const { method = 'GET', host = '127.0.0.1', headers = {}, body, agent = false } = question
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const asked = request({ port, path, method, host, headers, agent, signal }).end(body)
  const [response] = await once(asked, 'response')
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  return { status: response.statusCode, headers: response.headers, body: text }
}

/** Asks until the answer has this status. @throws Error when it is too late */
export const askUntil = async (port: number, path: string, status: number): Promise<Answer> => {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    const answer = await ask(port, path).catch(() => undefined)
    if (answer?.status === status) return answer
    if (Date.now() > until)
      throw new Error(`${path} never became ${status}, at last ${answer?.status}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** A way to a database that can fall silent without breaking, as networks do. */
export const silenceable = async (port: number) => {
  const sockets = new Set<Socket>()
  let silent = false
  let heard: (() => void) | undefined
  const join = (from: Socket, to: Socket) => {
    sockets.add(from)
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy() && sockets.delete(from))
    from.on('data', (data) => (silent ? heard?.() : to.write(data)))
  }
  const server = createServer((client) => {
    const database = connect(port, '127.0.0.1')
    join(client, database)
    join(database, client)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    /** Loses everything from now on. Resolves with the first thing that is lost. */
    silence: () => {
      silent = true
      return new Promise<void>((resolve) => {
        heard = resolve
      })
    },
    /** What was lost stays lost, and so do the connections that missed it. */
    speak: () => {
      silent = false
    },
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
