import { checksOf } from '../../engine/check.ts'
import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import { type Exchange, headerOf } from '../../engine/http/exchange.ts'
import { neverIssued } from '../tasks.ts'
import { attack } from './attack.ts'
import { formAttack } from './every-form.ts'
import { about, CONNECTION, fixture } from './fixture.ts'
import { missing } from './operations.ts'

/** Beyond this much between the quickest answers of two kinds it is looked at again, in pairs. */
const SUSPICIOUS_MS = 10
/** By chance the same of both is slower in every pair once in 256 times, and that is asked under suspicion only. */
const PAIRS = 8
const CLEAR_MS = 2

const isDenied = ({ response }: Exchange): boolean => response?.status === 404
const quickest = (all: readonly Exchange[]): number => Math.min(...all.map(({ ms }) => ms))
const isClosed = ({ response }: Exchange): boolean =>
  /\bclose\b/i.test(headerOf(response, 'connection') ?? '')

/** The header that all answers of one kind bear and none of the other, which would tell the kinds apart. */
const tellingHeader = (some: readonly Exchange[], others: readonly Exchange[]) => {
  const has = (name: string) => (it: Exchange) => it.response?.headers.has(name) === true
  const names = [...some, ...others].flatMap((it) => [...(it.response?.headers.keys() ?? [])])
  return names.find((name) =>
    some.every(has(name))
      ? !others.some(has(name))
      : others.every(has(name)) && !some.some(has(name)),
  )
}

/** What was asked anyway of tasks of B and of tasks that never were, as far as the answers are alike. */
const denials = async (context: CheckContext) => {
  const [{ foreign }, { heard }] = [await attack(context), await formAttack(context)]
  const ofForeign = [...foreign.values(), ...heard.map(({ exchange }) => exchange)]
  return {
    ofForeign: ofForeign.filter(isDenied),
    ofMissing: [...(await missing(context)).values()].filter(isDenied),
  }
}

/**
 * How much later each answer about a foreign task came than one about a missing one right before or after it, over one
 * connection: a machine that is busy is so for both. They take turns, since some are quicker with every second request.
 */
const delays = async (context: CheckContext): Promise<number[]> => {
  const { b } = await fixture(context)
  const read = (id: string) =>
    context.send({ path: `${TASKS}/${id}`, as: 'A', connection: CONNECTION })
  const later: number[] = []
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const isFirst = pair % 2 === 0
    const one = await read(isFirst ? b.id : neverIssued())
    const other = await read(isFirst ? neverIssued() : b.id)
    later.push(isFirst ? one.ms - other.ms : other.ms - one.ms)
  }
  return later
}

export const sideChannels = checksOf(about, {
  'I-39': {
    promise:
      "tells neither by its time, its connection nor any header that another user's task exists",
    severity: 'medium',
    fix: 'find a task by owner and id in one step, so that nobody learns which of them did not fit',
    run: async (context) => {
      const { ofForeign, ofMissing } = await denials(context)
      const [removed, absent] = [(await attack(context)).foreign, await missing(context)].map(
        (all) => all.get('deleteTask'),
      )
      if (removed && absent)
        context.expect(
          isClosed(removed) === isClosed(absent),
          removed,
          'the connection kept or closed as for a missing task',
        )
      if (ofForeign.length === 0 || ofMissing.length === 0) return
      const header = tellingHeader(ofForeign, ofMissing)
      context.expect(
        header === undefined,
        ofForeign[0] as Exchange,
        'the same headers as for missing tasks, those of proxies too',
        `${header} with all of one kind, and with none of the other`,
      )
      const later = quickest(ofForeign) - quickest(ofMissing)
      if (later < SUSPICIOUS_MS * context.settings.patience) return
      const isClear = (await delays(context)).every((ms) => ms > CLEAR_MS)
      const observed = `in each of ${PAIRS} pairs later than for a missing one`
      context.expect(!isClear, ofForeign[0] as Exchange, 'an answer as soon', observed)
    },
  },
})
