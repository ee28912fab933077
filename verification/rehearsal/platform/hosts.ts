/** The host names of a deployment. */
export interface Hosts {
  pooler: string
  direct: string
  api: string
  frontend: string
  issuer: string
}

/** Like those that Neon, Railway and Vercel give, below a name that nobody can register (RFC 6761 §6.2). */
export const platformHosts: Hosts = {
  pooler: 'ep-calm-rain-a1b2c3d4-pooler.eu-central-1.aws.neon.test',
  direct: 'ep-calm-rain-a1b2c3d4.eu-central-1.aws.neon.test',
  api: 'tasks-api-production.up.railway.test',
  frontend: 'tasks-frontend.vercel.test',
  issuer: 'auth.rehearsal.test',
}

/** For a machine where processes cannot be given host names of their own. */
export const localHosts: Hosts = {
  pooler: 'localhost',
  direct: 'localhost',
  api: 'localhost',
  frontend: 'localhost',
  issuer: 'localhost',
}

/** A hosts file in which all of them are this machine. */
export const hostsFile = (hosts: Hosts): string =>
  `127.0.0.1 localhost ${[...new Set(Object.values(hosts))].join(' ')}\n::1 localhost\n`
