import { throwawayServer } from '../embedded/throwaway.ts'
import { takeFigures } from './rules/rule.ts'
import { rules } from './rules.ts'
import { ours, plain } from './subjects.ts'
import { createWorld } from './world.ts'

/**
 * Keeps one rule in a process of its own, for what breaks it may end or hang the process. Prints figures or what
 * was broken, and exits with 0 for kept and 2 for broken; anything else is a crash.
 */
const [index = '', who] = process.argv.slice(2)
const rule = rules[Number(index)]
if (!rule) throw new Error('no such rule')
const make = who === 'plain' ? plain : ours

const server = await throwawayServer()
const world = await createWorld(server)
const subject = make(world.url, rule.options)
let broken: string | undefined
try {
  await rule.check(world, subject, make)
  // What crashes the process often does so a turn later.
  await new Promise((resolve) => setTimeout(resolve, 300))
} catch (error) {
  broken = (error as Error).message.split('\n')[0]
}
process.stdout.write(`${broken ?? takeFigures().join(', ')}\n`)
await world.leave()
await server.drop()
process.exit(broken === undefined ? 0 : 2)
