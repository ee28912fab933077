import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { faultProxy } from '../../adapters/postgres/faults/fault-proxy.ts'

/**
 * The URL of the same database at a distance of so many milliseconds there and back: by way of a proxy in a process of
 * its own, so that it does not wait for whoever measures.
 */
export const distant = async (
  url: string,
  ms: number,
  atEnd: (task: () => unknown) => void,
): Promise<string> => {
  const proxy = fork(fileURLToPath(import.meta.url), [url, String(ms)], {
    execArgv: ['--import', 'tsx'],
  })
  atEnd(() => proxy.kill())
  const [message] = await once(proxy, 'message')
  return String(message)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , url = '', ms] = process.argv
  const proxy = await faultProxy(url)
  proxy.distance(Number(ms))
  process.send?.(proxy.through(url))
}
