import { tasksIn } from './columns.ts'

/** The record of an earlier request of the owner $1 under the key, for as long as it is valid. */
export const prior = (operation: string, key: string) => `
  select fingerprint, answer from idempotency_keys
  where owner = $1 and operation = '${operation}' and key = ${key}
    and created_at > now() - interval '24 hours'`

/**
 * Records the response with the change itself, and returns it. A second request at the same time waits for it, then
 * fails as a duplicate.
 */
export const record = (operation: string, key: string, fingerprint: string, source: string) => `
  insert into idempotency_keys (owner, operation, key, fingerprint, answer)
  select $1, '${operation}', ${key}, ${fingerprint}, row_to_json(task) from ${tasksIn(source)}
  returning answer`
