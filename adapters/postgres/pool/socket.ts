import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ConnectionTarget } from './connection-url.ts'

/** int32 length, int32 80877103 (PostgreSQL §55.7, SSLRequest) */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/**
 * A connected socket, secured where the target asks for it. Done here and not by the driver, which listens
 * for errors too late and waits for ever on a server that hangs up during the handshake.
 * @throws what the network throws, `ETIMEDOUT` when the signal ends the wait; nothing stays open then
 */
export const openSocket = async (
  { host, port, tls, directTls }: ConnectionTarget,
  signal: AbortSignal,
): Promise<Socket> => {
  const tcp = connect({
    host,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
    // Half-broken IPv6 needs more than Node's 250 ms for each address (nodejs/node #54359).
    autoSelectFamilyAttemptTimeout: 1_000,
  })
  let secure: Socket | undefined
  try {
    await happened(tcp, 'connect', signal)
    if (!tls) return tcp
    if (!directTls) {
      tcp.write(sslRequest)
      const answer = String(await happened(tcp, 'data', signal))
      // More than the one byte would be plaintext that somebody smuggled in before TLS (CVE-2021-23222).
      if (answer !== 'S') throw coded(answer === 'N' ? 'ERR_TLS_REFUSED' : 'PROTOCOL_VIOLATION')
    }
    secure = connectTls({
      ...tls,
      socket: tcp,
      ...(directTls && { ALPNProtocols: ['postgresql'] }),
    })
    await happened(secure, 'secureConnect', signal)
    return secure
  } catch (error) {
    secure?.destroy()
    tcp.destroy()
    throw error
  }
}

const happened = (socket: Socket, event: string, signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve, reject) => {
    // Stays: an error that nobody listens for would end the process.
    socket.on('error', reject)
    socket.once('close', () => reject(coded('CONNECTION_CLOSED')))
    socket.once(event, resolve)
    const late = () => reject(coded('ETIMEDOUT'))
    if (signal.aborted) late()
    else signal.addEventListener('abort', late, { once: true })
  })

export const coded = (code: string): Error => Object.assign(new Error(code), { code })
