import type { RehearsalContext } from './context.ts'

/** How the service verifies tokens. */
export type Mode = 'key set' | 'shared secret'

/** A frontend on Vercel, and ours, which a machine without host names of its own cannot have. */
export const allowedOrigins = ({ sandbox, frontend }: RehearsalContext): string[] => [
  'https://tasks-rehearsal.vercel.app',
  ...(sandbox.missing ? [] : [frontend.origin]),
]

/** What a person would set at Railway by the README, and what Railway sets itself. */
export const variablesFor = (context: RehearsalContext, mode: Mode): NodeJS.ProcessEnv => {
  const { neon, source, hosts, issuer, caFile, ca, secret, options } = context
  const variables: NodeJS.ProcessEnv = {
    DATABASE_URL: neon?.url,
    DATABASE_URL_UNPOOLED: neon?.unpooledUrl,
    DATABASE_CA: ca.certificate,
    CORS_ORIGINS: allowedOrigins(context).join(','),
    ...(mode === 'key set'
      ? // The issuer's certificate is ours as well; Node takes an authority from nowhere else.
        { AUTH_JWKS_URL: issuer.url, NODE_EXTRA_CA_CERTS: caFile }
      : { BETTER_AUTH_SECRET: secret, AUTH_ISSUER: issuer.origin, AUTH_AUDIENCE: issuer.origin }),
    NODE_ENV: 'production',
    RAILWAY_ENVIRONMENT_NAME: 'production',
    RAILWAY_SERVICE_NAME: 'tasks-api',
    RAILWAY_DEPLOYMENT_ID: 'rehearsal',
    RAILWAY_REPLICA_ID: 'rehearsal-1',
    RAILWAY_PUBLIC_DOMAIN: hosts.api,
    RAILWAY_DEPLOYMENT_DRAINING_SECONDS: '15',
    RAILWAY_DEPLOYMENT_OVERLAP_SECONDS: '5',
    RAILWAY_GIT_COMMIT_SHA: source.commit,
  }
  for (const name of options.without) delete variables[name]
  return variables
}
