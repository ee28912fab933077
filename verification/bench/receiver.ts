import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Takes what telemetry sends and says nothing about it; tells its parent the port. */
const server = createServer((request, response) => {
  request.resume().once('end', () => response.end())
})
await once(server.listen(0, '127.0.0.1'), 'listening')
process.send?.((server.address() as AddressInfo).port)
