import assert from 'node:assert/strict'
import type { MakeSubject, Subject, SubjectOptions } from '../subjects.ts'
import { pause, recovery, settled, type World } from '../world.ts'

/** What must hold under one fault, for our pool and for any other. */
export interface Rule {
  id: string
  title: string
  needs?: 'pgbouncer'
  /** takes long, so it is not among the ordinary tests */
  slow?: true
  options?: SubjectOptions
  check(world: World, subject: Subject, make: MakeSubject): Promise<void>
}

export const fails = async (work: Promise<unknown>, ms?: number): Promise<string | undefined> => {
  const end = await settled(work, ms)
  assert.ok(!end.ok, 'failed')
  return end.error.code
}
export const succeeds = async (work: Promise<unknown>): Promise<void> => {
  const end = await settled(work)
  assert.ok(end.ok, `succeeded, but: ${end.ok || end.error.code}`)
}
export const count = async (world: World, table: string): Promise<number> =>
  Number((await world.ask(`select count(*) as n from ${table}`))[0]?.n)

/** More than a few in one second are a flood. */
const DIALS_PER_SECOND = 8
export const assertFewDials = ({ proxy }: World, since: number) => {
  const dials = proxy.dials.filter((at) => at >= since)
  const seconds = Math.max(1, (performance.now() - since) / 1_000)
  figure(`${(dials.length / seconds).toFixed(1)} dials a second`)
  assert.ok(
    dials.length <= DIALS_PER_SECOND * seconds,
    `${dials.length} dials in ${seconds.toFixed(1)} s`,
  )
}
export const RECOVERY_MS = 2_000

/** The first caller afterwards may be told of an attempt to connect that began before. */
const REFUSED_MAX = 3

/**
 * The database can be reached from now on, and one of the first callers is served. How long each of them waits is up to
 * the pool, whose timers are as late on a busy machine as ours; the time that it all takes is a figure.
 */
export const recoversSoon = async (subject: Subject) => {
  const start = performance.now()
  for (let refused = 0; !(await isServed(subject)); refused += 1)
    assert.ok(refused < REFUSED_MAX, `${refused + 1} callers were refused`)
  figure(`first success after ${(performance.now() - start).toFixed(0)} ms`)
}
const isServed = (subject: Subject): Promise<boolean> =>
  settled(subject.read(), RECOVERY_MS).then(
    ({ ok }) => ok,
    () => false,
  )

const figures: string[] = []
const figure = (text: string) => figures.push(text)
/** What was measured since the last time. */
export const takeFigures = (): string[] => figures.splice(0)

/** After the preparation no login succeeds: every read fails, few dials are made, and afterwards reads succeed again. */
export const settlesAndHeals =
  (prepare: (world: World) => Promise<void> | void) => async (world: World, subject: Subject) => {
    await prepare(world)
    const since = performance.now()
    await Promise.all(Array.from({ length: 20 }, () => fails(subject.read())))
    await pause(500)
    assertFewDials(world, since)
    world.proxy.answer(undefined)
    await world.proxy.become('pass')
    await recovery(() => subject.read())
  }
