import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { throwawayServer } from '../../adapters/postgres/embedded/throwaway.ts'
import { throwawayBuild } from '../../bootstrap/system/build.ts'
import { issuer as newIssuer } from '../../bootstrap/system/issuer.ts'
import { migrateDatabase } from '../../bootstrap/system/service-process.ts'
import { type Comparison, compare, linesOf } from './compare.ts'
import { distant } from './distance.ts'
import { distantGoalsOf, goalsOf } from './goals.ts'
import { measureGrowth } from './growth.ts'
import { OWNER, seededLoads } from './loads.ts'
import { plot } from './plot.ts'
import { measureStart } from './start.ts'
import { buildFloor, startTargets } from './targets.ts'
import { observedTargets, telemetryGoalsOf } from './telemetry.ts'

/**
 * What the service costs beside the least that a server of the same answers can cost. `--only` names loads,
 * `start` or `growth`, `--node` other Nodes to start on, `--record` keeps the plot for the README. `--distance` puts
 * the database so many milliseconds away, there and back, and measures nothing but the loads that it changes.
 * `--telemetry` compares the service with itself, observed and not.
 */
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    node: { type: 'string', multiple: true, default: [process.execPath] },
    distance: { type: 'string', default: '0' },
    connections: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    record: { type: 'boolean', default: false },
    telemetry: { type: 'boolean', default: false },
  },
})
const distanceMs = Number(options.distance)
const { connections = distanceMs > 0 ? '32,256' : '1,32,256' } = options
const plan = {
  connections: connections.split(',').map(Number),
  rounds: Number(options.rounds),
  seconds: Number(options.seconds),
}
/** What is measured unless something else is named. */
const isUsual = (name: string) => distanceMs === 0 || !['start', 'health', 'growth'].includes(name)
const isChosen = (name: string) =>
  options.only.length === 0 ? isUsual(name) : options.only.includes(name)
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
    const atEnd = (task: () => unknown) => teardown.push(task)
    const there = distanceMs > 0 ? await distant(url, distanceMs, atEnd) : url
    const issuer = await newIssuer()
    teardown.push(issuer.close)
    // New processes for each load, whose compiled code the other loads have not shaped.
    for (const load of loads) {
      const all = options.telemetry
        ? await observedTargets(cwd, there, atEnd)
        : await startTargets(cwd, there, issuer, OWNER)
      const targets = distanceMs > 0 ? all.filter(({ name }) => /floor|HS256/.test(name)) : all
      teardown.push(...all.map((target) => target.process.kill))
      await compare(targets, load, plan, (one) => {
        comparisons.push(one)
        say(linesOf(one))
      })
      for (const target of all) await target.process.kill()
    }
  }

  const goals = options.telemetry
    ? telemetryGoalsOf(comparisons)
    : distanceMs > 0
      ? distantGoalsOf(comparisons)
      : goalsOf(starts[0], comparisons)
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
