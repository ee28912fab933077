import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { KeyPair } from './certificates.ts'

export interface Frontend {
  origin: string
  close(): Promise<void>
}

/** A page as Vercel serves it, whose policy lets it call the API. */
export const frontend = async (host: string, tls: KeyPair, apiUrl: string): Promise<Frontend> => {
  const server = createServer(tls, (_, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.setHeader('Content-Security-Policy', `default-src 'self'; connect-src ${apiUrl}`)
    response.end('<!doctype html><title>Tasks</title>')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    origin: `https://${host}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
