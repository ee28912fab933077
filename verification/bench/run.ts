import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { throwawayServer } from '../../adapters/postgres/embedded/throwaway.ts'
import { program, throwawayBuild } from '../../bootstrap/system/throwaway-service.ts'
import { type Comparison, compare, ratio, typical } from './compare.ts'
import { goalsOf } from './goals.ts'
import { measureGrowth } from './growth.ts'
import { startIssuer } from './issuer.ts'
import { seededLoads } from './loads.ts'
import { plot } from './plot.ts'
import { measureStart } from './start.ts'
import { buildFloor, startTargets, type Target } from './targets.ts'

/**
 * What the service costs beside the least that a server of the same answers can cost. `--only` names loads,
 * `start` or `growth`, `--node` other Nodes to start on, `--record` keeps the plot for the README.
 */
const { values: given } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    node: { type: 'string', multiple: true, default: [process.execPath] },
    connections: { type: 'string', default: '1,32,256' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    record: { type: 'boolean', default: false },
  },
})
const say = (line: string) => process.stdout.write(`${line}\n`)
const wanted = (name: string) => given.only.length === 0 || given.only.includes(name)
const plotFile = fileURLToPath(new URL('../../decisions/bench.svg', import.meta.url))

const told = (one: Comparison): string => {
  const figures = Object.keys(one.paces).map((name) => {
    const of = (what: Parameters<typeof typical>[2], digits = 0) =>
      typical(one, name, what).toFixed(digits)
    return `  ${name.padEnd(15)} ${of('rate').padStart(6)}/s  p50 ${of('p50', 1).padStart(5)} ms  p99 ${of('p99', 1).padStart(6)} ms  ${of('cpuUs').padStart(4)} µs  ${of('memoryMb').padStart(3)} MB  ${ratio(one, name, 'floor').toFixed(2)} × floor`
  })
  return [`${one.load}, ${one.connections} connections`, ...figures].join('\n')
}

const undo: (() => unknown)[] = []
const clearUp = async () => {
  for (const step of undo.splice(0).reverse()) await step()
}
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void clearUp().finally(() => process.exit(130)))
try {
  const built = await throwawayBuild()
  undo.push(built.remove)
  const database = await throwawayServer()
  undo.push(database.drop)
  const { directory: cwd } = built
  await buildFloor(cwd)
  const env = { APP_ENV: 'test', DATABASE_URL: database.url }
  await program([process.execPath, 'dist/migrate.js'], { cwd, env }).ended()

  const starts = []
  for (const node of wanted('start') ? given.node : []) {
    const start = await measureStart(cwd, database.url, node)
    starts.push(start)
    say(
      `start on ${node}: first 200 of /health after ${start.startMs.toFixed(0)} ms, idle at ${start.idleMb.toFixed(0)} MB`,
    )
  }

  const comparisons: Comparison[] = []
  const loads = (await seededLoads(database.url)).filter(({ name }) => wanted(name))
  if (loads.length > 0) {
    const issuer = await startIssuer()
    undo.push(issuer.close)
    const plan = {
      connections: given.connections.split(',').map(Number),
      rounds: Number(given.rounds),
      seconds: Number(given.seconds),
    }
    // New processes for each load: what one did to their compiled code is not the next one's matter.
    for (const load of loads) {
      const targets: Target[] = await startTargets(cwd, database.url, issuer)
      undo.push(...targets.map((target) => target.process.kill))
      await compare(targets, load, plan, (one) => {
        comparisons.push(one)
        say(told(one))
      })
      for (const target of targets) await target.process.kill()
    }
  }

  const goals = goalsOf(starts[0], comparisons)
  if (wanted('growth')) goals.push(await measureGrowth((step) => undo.push(step)))
  for (const { promised, seen, kept } of goals)
    say(`${kept ? 'kept  ' : 'BROKEN'} ${promised}: ${seen}`)
  if (given.record) {
    const machine = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}`
    const subtitle = `${machine}; medians of ${given.rounds} rounds; npm run bench`
    writeFileSync(plotFile, plot(comparisons, goals, subtitle))
  }
  process.exitCode = goals.every(({ kept }) => kept) ? 0 : 1
} finally {
  await clearUp()
}
