import { after, test } from 'node:test'
import { throwawayServer } from '../embedded/throwaway.ts'
import { hasPgbouncer } from './pgbouncer.ts'
import { rules } from './rules.ts'
import { ours } from './subjects.ts'
import { createWorld } from './world.ts'

const server = await throwawayServer()
after(server.drop)

const missing = hasPgbouncer() ? false : 'there is no pgbouncer'

for (const { id, title, needs, slow, options, check } of rules) {
  if (slow) continue
  test(`${id} · ${title}`, {
    timeout: 180_000,
    skip: needs === 'pgbouncer' && missing,
  }, async () => {
    const world = await createWorld(server)
    const subject = ours(world.url, options)
    try {
      await check(world, subject, ours)
    } finally {
      await subject.close()
      await world.leave()
    }
  })
}
