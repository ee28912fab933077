import { spawnSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { throwawayServer } from '../adapters/postgres/embedded/throwaway.ts'
import { askUntil, freePort, program, throwawayBuild } from './throwaway-service.ts'

const RUNS = 7
const IDLE_MS = 3_000

/**
 * How long a deploy takes from the start of its process to the first 200 of /health, which has then asked its
 * database, and how much memory it keeps when idle. Other Nodes than this one are given by their paths.
 */
const measure = async (node: string, cwd: string, url: string) => {
  const times: number[] = []
  const sizes: number[] = []
  for (let run = 0; run < RUNS; run += 1) {
    const port = await freePort()
    const env = {
      APP_ENV: 'test',
      DATABASE_URL: url,
      BETTER_AUTH_SECRET: 'hV8nqT2xw5Zr0cJk7LmPs3YdUb9GfAeQiRoXt4W1',
      CORS_ORIGINS: 'https://app.example.com',
      PORT: String(port),
    }
    const since = performance.now()
    const service = program([node, 'dist/main.js'], { cwd, env })
    try {
      await askUntil(port, '/health', 200)
      times.push(performance.now() - since)
      await delay(IDLE_MS)
      const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(service.pid)])
      sizes.push(Number(stdout) / 1024)
    } finally {
      await service.kill()
    }
  }
  return { start: median(times), size: median(sizes) }
}

const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[RUNS >> 1] ?? Number.NaN

const built = await throwawayBuild()
const database = await throwawayServer()
try {
  const { directory: cwd } = built
  const env = { APP_ENV: 'test', DATABASE_URL: database.url }
  await program([process.execPath, 'dist/migrate.js'], { cwd, env }).ended()
  const nodes = process.argv.slice(2)
  for (const node of nodes.length > 0 ? nodes : [process.execPath]) {
    const version = String(spawnSync(node, ['--version']).stdout).trim()
    const { start, size } = await measure(node, cwd, database.url)
    const figures = `first 200 on /health after ${start.toFixed(0)} ms, idle at ${size.toFixed(0)} MB`
    process.stdout.write(`Node ${version}: ${figures} (medians of ${RUNS})\n`)
  }
} finally {
  await database.drop()
  built.remove()
}
