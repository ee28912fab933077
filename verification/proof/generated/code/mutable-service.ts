import { type ChildProcess, fork } from 'node:child_process'
import type { Bundle } from '../bundle.ts'
import type { Answer, Order } from './service.ts'

/** A loop without an end keeps it from answering. */
const ANSWER_MS = 60_000

/** The service in a process of its own, which can be asked for another mutant without a new start. */
export interface MutableService {
  /** Composes the service anew. @throws Error where it does not come to serve */
  compose(order: Order): Promise<Answer>
  /** resolves when the process has ended by itself */
  ended: Promise<void>
  kill(): void
}

/** Starts the process; a mutant that is given is there while its modules are loaded. */
export const mutableService = ({ directory, program }: Bundle, mutant = ''): MutableService => {
  const child = fork(program, {
    cwd: directory,
    env: { PATH: process.env.PATH, __STRYKER_ACTIVE_MUTANT__: mutant },
    execArgv: [],
    stdio: 'ignore',
  })
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()))
  return {
    compose: (order) => {
      child.send(order)
      return answerOf(child, ended)
    },
    ended,
    kill: () => void child.kill('SIGKILL'),
  }
}

const answerOf = async (child: ChildProcess, ended: Promise<void>): Promise<Answer> => {
  let timer: NodeJS.Timeout | undefined
  let listen: ((answer: Answer) => void) | undefined
  try {
    return await new Promise<Answer>((resolve, reject) => {
      timer = setTimeout(reject, ANSWER_MS, new Error('the service does not come to serve'))
      ended.then(() => reject(new Error('the service has ended')))
      listen = resolve
      child.once('message', listen)
    })
  } finally {
    clearTimeout(timer)
    if (listen) child.off('message', listen)
  }
}
