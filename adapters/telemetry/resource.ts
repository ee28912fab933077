import { randomUUID } from 'node:crypto'
import {
  defaultResource,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import type { Env } from './settings.ts'

/** Railway's variables (docs.railway.com/variables/reference) under the names of the conventions. */
const given: Readonly<Record<string, string>> = {
  'service.name': 'RAILWAY_SERVICE_NAME',
  'service.namespace': 'RAILWAY_PROJECT_NAME',
  'service.version': 'RAILWAY_GIT_COMMIT_SHA',
  'service.instance.id': 'RAILWAY_REPLICA_ID',
  'deployment.environment.name': 'RAILWAY_ENVIRONMENT_NAME',
  'deployment.id': 'RAILWAY_DEPLOYMENT_ID',
  'cloud.region': 'RAILWAY_REPLICA_REGION',
}

/** What every metric and span says of the process it comes from; what `OTEL_…` variables say of it goes first. */
export const resource = (env: Env): Resource => {
  const ours: Record<string, string> = {
    'service.name': 'task-ownership-api',
    'service.instance.id': randomUUID(),
  }
  for (const [name, variable] of Object.entries(given)) {
    const value = env[variable]?.trim()
    if (value) ours[name] = value
  }
  return defaultResource()
    .merge(resourceFromAttributes(ours))
    .merge(resourceFromAttributes(envDetector.detect().attributes ?? {}))
}
