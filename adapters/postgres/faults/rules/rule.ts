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

export const fails = async (work: Promise<unknown>): Promise<string | undefined> => {
  const end = await settled(work)
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

export const recoversSoon = async (subject: Subject) => {
  const took = await recovery(() => subject.read())
  assert.ok(took <= RECOVERY_MS, `${took.toFixed(0)} ms until the first success`)
  figure(`first success after ${took.toFixed(0)} ms`)
}

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
