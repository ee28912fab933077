import { after, afterEach } from 'node:test'
import { throwawayServer } from '../../adapters/postgres/embedded/throwaway.ts'
import { throwawayBuild } from './build.ts'
import { migrateDatabase } from './service-process.ts'

/** A build and its migrated database for the tests of one file. After each test what it put into `undo` is undone. */
export const deployment = async () => {
  const built = await throwawayBuild()
  after(built.remove)
  const database = await throwawayServer()
  after(database.drop)
  const undo: (() => unknown)[] = []
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step()
  })
  await migrateDatabase(built.directory, database.url)
  return { built, database, undo }
}
