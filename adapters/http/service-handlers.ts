import type { Health } from '../../domain/health.ts'
import { operations } from './contract/contract.ts'
import { openApiDocument } from './contract/openapi/document.ts'
import { docsPage } from './docs-page.ts'
import type { HandlersFor } from './handlers.ts'

const SERVICE_NAME = 'task-ownership-api'

/** The operations that need no token. */
export const serviceHandlers = (service: {
  health: () => Promise<Health>
  environment: string
  release: string | null
  docs: boolean
}): HandlersFor<'anyone'> => ({
  root: () => ({
    status: 200,
    headers: {},
    body: {
      name: SERVICE_NAME,
      ...(service.docs && service.environment !== 'production' && { docs: operations.docs.path }),
    },
  }),
  health: async () => {
    const { status, database } = await service.health()
    const body = {
      status,
      database:
        database.status === 'connected'
          ? { status: database.status, latency_ms: database.latencyMs }
          : { status: database.status },
      environment: service.environment,
      release: service.release,
      timestamp: new Date().toISOString(),
    }
    return status === 'ok'
      ? { status: 200, headers: {}, body }
      : { status: 503, headers: { 'Retry-After': '1' }, body }
  },
  livez: () => ({ status: 200, headers: {}, body: { status: 'ok' } }),
  openapi: () => ({ status: 200, headers: {}, body: openApiDocument() }),
  docs: async () => {
    const { html, policy } = await docsPage()
    return { status: 200, headers: { 'Content-Security-Policy': policy }, body: html }
  },
})
