import { BlockList, isIP } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

// RFC 1918, RFC 3927, RFC 6598, RFC 4193, RFC 4291 and "this host" of RFC 1122
const inner = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  inner.addSubnet(net, prefix, 'ipv4')
inner.addSubnet('fc00::', 7, 'ipv6')
inner.addSubnet('fe80::', 10, 'ipv6')
inner.addAddress('::', 'ipv6')

const listed = (list: BlockList, host: string): boolean => {
  const family = isIP(host)
  return family !== 0 && list.check(host, family === 4 ? 'ipv4' : 'ipv6')
}

/** This very machine: 127.0.0.0/8, ::1 and the names that RFC 6761 §6.3 reserves for it. */
export const isLoopbackHost = (host: string): boolean =>
  listed(loopback, host) || host === 'localhost' || host.endsWith('.localhost')

/**
 * A host that the public internet cannot name: loopback, private addresses, names of one label (a
 * container beside us) and the private top-level names `.local` (RFC 6762), `.internal`,
 * `.home.arpa`.
 */
export const isPrivateHost = (host: string): boolean =>
  isLoopbackHost(host) ||
  listed(inner, host) ||
  (isIP(host) === 0 && (!host.includes('.') || /\.(local|internal|home\.arpa)$/.test(host)))

/**
 * True for Neon's pooled hosts (`ep-x-pooler.region…`, neon.com/docs/connect/connection-pooling),
 * behind which session state, and so a migration's advisory lock, belongs to whoever comes next.
 */
export const isPoolerHost = (host: string): boolean =>
  host.split('.').some((label) => label.toLowerCase().endsWith('-pooler'))
