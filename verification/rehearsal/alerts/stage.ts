import { setTimeout as delay } from 'node:timers/promises'
import { throwawayServer } from '../../../adapters/postgres/embedded/throwaway.ts'
import { type FaultProxy, faultProxy } from '../../../adapters/postgres/faults/fault-proxy.ts'
import { collector } from '../../../adapters/telemetry/collector/collector.ts'
import { throwawayBuild } from '../../../bootstrap/system/build.ts'
import { type HttpRequest, request, requestUntil } from '../../../bootstrap/system/http-client.ts'
import {
  type Issuer,
  issuer as newIssuer,
  sharedSecretToken,
} from '../../../bootstrap/system/issuer.ts'
import {
  migrateDatabase,
  SECRET,
  type ServiceProcess,
  serviceEnv,
  serviceProcess,
} from '../../../bootstrap/system/service-process.ts'
import { until } from '../../../bootstrap/system/wait.ts'
import { query } from '../platform/superuser.ts'
import { type Recording, recording } from './series.ts'

/** An export stands for one of a minute later: what happens is 240 times as fast as the clock of the rules. */
const TICK_MS = 250
/** A busy machine exports later, and nothing here counts time. */
const TICKS_TIMEOUT_MS = 60_000
const PAUSE_MS = 25
export const TASKS = '/api/v1/tasks'
/** Exports before anything happens. */
const STEADY_TICKS = 4

const sharedToken = (subject: string) => sharedSecretToken(SECRET, subject)

/** One instance that is observed, and the clients that work with it. */
export interface Observed {
  service: ServiceProcess
  network: FaultProxy
  issuer: Issuer
  /** a statement of the database's superuser, past the network */
  query(statement: string): Promise<unknown>
  /** a request beside those of the clients; undefined where no answer came */
  ask(path: string, options?: HttpRequest): Promise<number | undefined>
  /** Resolves after so many exports more. */
  ticks(count: number): Promise<void>
}

export interface Setting {
  env?: (issuer: Issuer) => NodeJS.ProcessEnv
  /** how many clients create and list tasks, each in turn */
  clients?: number
  /** the token of a client; one of the shared secret unless given */
  token?: (subject: string, issuer: Issuer) => Promise<string>
  /** a command of the shell, in which `$SERVICE` is the service */
  shell?: string
}

export interface Played {
  series: Recording
  ticks: number
}

export interface Stage {
  play(setting: Setting, run: (observed: Observed) => Promise<void>): Promise<Played>
  close(): Promise<void>
}

/** What all faults share: a build, its database and the network between them, and an auth server. */
export const stage = async (): Promise<Stage> => {
  const built = await throwawayBuild()
  const database = await throwawayServer()
  const network = await faultProxy(database.url)
  const issuer = await newIssuer()
  await migrateDatabase(built.directory, database.url)

  const play: Stage['play'] = async ({ env, clients = 2, token = sharedToken, shell }, run) => {
    const record = recording()
    const received = await collector(record.add)
    const service = await serviceProcess({
      cwd: built.directory,
      ...(shell && { command: ['/bin/bash', '-c', shell] }),
      env: {
        ...serviceEnv(network.through(database.url)),
        RATE_LIMIT_PER_MINUTE: '1000000',
        OTEL_EXPORTER_OTLP_ENDPOINT: received.url,
        OTEL_METRIC_EXPORT_INTERVAL: String(TICK_MS),
        OTEL_TRACES_SAMPLER: 'always_off',
        SERVICE: `${process.execPath} dist/main.js`,
        ...env?.(issuer),
      },
    })
    let over = false
    const ask: Observed['ask'] = async (path, options) =>
      request(service.port, path, options).then(
        ({ status }) => status,
        () => undefined,
      )
    const work = async (_: unknown, n: number) => {
      const options = { token: await token(`client-${n}`, issuer) }
      while (!over) {
        await ask(TASKS, { ...options, method: 'POST', json: { title: 'rehearsed' } })
        await ask(`${TASKS}?per_page=1`, options)
        await delay(PAUSE_MS)
      }
    }
    const ticks = async (count: number) => {
      const end = record.ticks() + count
      await until(
        () => record.ticks() >= end,
        () => `${count} exports`,
        TICKS_TIMEOUT_MS,
      )
    }
    try {
      await requestUntil(service.port, '/health', 200)
      const working = Array.from({ length: clients }, work)
      try {
        await ticks(STEADY_TICKS)
        // A slow machine's requests keep a table longer than the role's own timeout waits for it.
        const own = (statement: string) =>
          query(
            database.url,
            `set lock_timeout = '60s'; set statement_timeout = '60s'; ${statement}`,
          )
        await run({ service, network, issuer, query: own, ask, ticks })
      } finally {
        over = true
        await network.become('pass')
        network.distance(0)
        await Promise.all(working)
      }
    } finally {
      await service.kill()
      await received.close()
    }
    return { series: record.series, ticks: record.ticks() }
  }
  return {
    play,
    close: async () => {
      await network.close()
      await Promise.allSettled([issuer.close(), database.drop()])
      await built.remove()
    },
  }
}
