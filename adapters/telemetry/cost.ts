import { startTelemetry } from './start.ts'

/** What observing one request with one statement costs, in microseconds of processor time. `npm run bench:telemetry` */
const REQUESTS = 20_000
const ROUNDS = 5
const silent = { info: () => undefined, warn: () => undefined }

const telemetryOf = (share: number) =>
  startTelemetry({
    settings: {
      ...{ share, parentBased: true, metrics: true },
      ...{ metricIntervalMs: 3_600_000, spanDelayMs: 5_000 },
    },
    env: {},
    log: silent,
    droppedLines: () => 0,
  })

const observe = ({ requests, statements }: ReturnType<typeof telemetryOf>): void => {
  const request = requests.begin({ method: 'GET', headers: {} })
  request.run('listTasks', () => {
    const caller = statements.caller()
    const statement = statements.begin(false)
    statement.sent(caller ? [caller] : [])
    statement.end()
  })
  const sizes = { requestSize: undefined, responseSize: 512 }
  request.end({ route: '/api/v1/tasks', status: 200, ...sizes, replayed: false })
}

const round = (telemetry: ReturnType<typeof telemetryOf>): number => {
  const before = process.cpuUsage()
  for (let n = 0; n < REQUESTS; n += 1) observe(telemetry)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / REQUESTS
}

for (const share of [0, 0.1]) {
  const telemetry = telemetryOf(share)
  const times = Array.from({ length: ROUNDS }, () => round(telemetry)).sort((a, b) => a - b)
  const median = times[Math.floor(ROUNDS / 2)] ?? 0
  process.stdout.write(`share ${share}: ${median.toFixed(1)} µs a request\n`)
}
process.exit()
