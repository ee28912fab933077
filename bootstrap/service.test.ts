import assert from 'node:assert/strict'
import type { ListenOptions, Server } from 'node:net'
import { test } from 'node:test'
import { asValue } from 'awilix'
import { memoryTasks } from '../adapters/memory/memory-tasks.ts'
import { switchableProbe } from '../adapters/memory/switchable-probe.ts'
import { configOf } from './config/config.ts'
import { container } from './container.ts'
import { createLogger } from './logger.ts'
import { serviceOf } from './service.ts'
import { serviceEnv } from './system/service-process.ts'

/** A service on a machine that has no IPv6: its sockets of that family cannot be made. */
const withoutIpv6 = async (host?: string) => {
  const config = configOf({
    ...serviceEnv('postgres://nobody@localhost/none'),
    PORT: '1',
    ...(host && { HOST: host }),
  })
  const free = { ...config, http: { ...config.http, port: 0 } }
  const parts = container(
    { config: free, logger: createLogger('silent') },
    { tasks: asValue(memoryTasks()), probe: asValue(switchableProbe()) },
  )
  const { server } = await parts.cradle.http
  const listen = server.listen.bind(server) as (options: ListenOptions) => Server
  server.listen = ((options: ListenOptions) => {
    if (options.host !== '::') return listen(options)
    const error = Object.assign(new Error('listen'), { code: 'EAFNOSUPPORT' })
    setImmediate(() => server.emit('error', error))
    return server
  }) as typeof server.listen
  return serviceOf(parts)
}

test('without IPv6 the service listens on IPv4 where nobody chose a HOST', async () => {
  const service = await withoutIpv6()
  const port = await service.start()
  const answer = await fetch(`http://127.0.0.1:${port}/livez`)
  assert.equal(answer.status, 200)
  await service.stop()
})

test('a HOST that somebody chose and the machine does not have is told', async () => {
  const service = await withoutIpv6('::')
  await assert.rejects(service.start(), /^StartError|HOST is no address of this machine/)
})
