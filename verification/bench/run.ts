import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { throwawayServer } from '../../adapters/postgres/embedded/throwaway.ts'
import { throwawayBuild } from '../../bootstrap/system/build.ts'
import { issuer as newIssuer } from '../../bootstrap/system/issuer.ts'
import { migrateDatabase } from '../../bootstrap/system/service-process.ts'
import { type Comparison, compare, linesOf } from './compare.ts'
import { goalsOf } from './goals.ts'
import { measureGrowth } from './growth.ts'
import { OWNER, seededLoads } from './loads.ts'
import { plot } from './plot.ts'
import { measureStart } from './start.ts'
import { buildFloor, startTargets } from './targets.ts'

/**
 * What the service costs beside the least that a server of the same answers can cost. `--only` names loads,
 * `start` or `growth`, `--node` other Nodes to start on, `--record` keeps the plot for the README.
 */
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    node: { type: 'string', multiple: true, default: [process.execPath] },
    connections: { type: 'string', default: '1,32,256' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    record: { type: 'boolean', default: false },
  },
})
const plan = {
  connections: options.connections.split(',').map(Number),
  rounds: Number(options.rounds),
  seconds: Number(options.seconds),
}
const isChosen = (name: string) => options.only.length === 0 || options.only.includes(name)
const say = (line: string) => process.stdout.write(`${line}\n`)
const plotFile = fileURLToPath(new URL('../../decisions/bench.svg', import.meta.url))

const teardown: (() => unknown)[] = []
const tearDown = async () => {
  for (const task of teardown.splice(0).reverse()) await task()
}
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void tearDown().finally(() => process.exit(130)))
try {
  const { directory: cwd, remove } = await throwawayBuild()
  teardown.push(remove)
  const { url, drop } = await throwawayServer()
  teardown.push(drop)
  await buildFloor(cwd)
  await migrateDatabase(cwd, url)

  const starts = []
  for (const node of isChosen('start') ? options.node : []) {
    const start = await measureStart(cwd, url, node)
    starts.push(start)
    const [ms, mb] = [start.startMs.toFixed(0), start.idleMb.toFixed(0)]
    say(`start on ${node}: first 200 of /health after ${ms} ms, idle at ${mb} MB`)
  }

  const comparisons: Comparison[] = []
  const loads = (await seededLoads(url)).filter(({ name }) => isChosen(name))
  if (loads.length > 0) {
    const issuer = await newIssuer()
    teardown.push(issuer.close)
    // New processes for each load, whose compiled code the other loads have not shaped.
    for (const load of loads) {
      const targets = await startTargets(cwd, url, issuer, OWNER)
      teardown.push(...targets.map((target) => target.process.kill))
      await compare(targets, load, plan, (one) => {
        comparisons.push(one)
        say(linesOf(one))
      })
      for (const target of targets) await target.process.kill()
    }
  }

  const goals = goalsOf(starts[0], comparisons)
  if (isChosen('growth')) goals.push(await measureGrowth((task) => teardown.push(task)))
  for (const { promised, seen, kept } of goals)
    say(`${kept ? 'kept  ' : 'BROKEN'} ${promised}: ${seen}`)
  if (options.record) {
    const machine = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}`
    const subtitle = `${machine}; medians of ${options.rounds} rounds; npm run bench`
    writeFileSync(plotFile, plot(comparisons, goals, subtitle))
  }
  process.exitCode = goals.every(({ kept }) => kept) ? 0 : 1
} finally {
  await tearDown()
}
