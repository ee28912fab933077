import type { CheckContext } from '../../engine/check-context.ts'
import { Unsent } from '../../engine/http/transport.ts'
import { type Played, play } from './play.ts'
import { shorter } from './shorter.ts'
import type { Turn } from './steps.ts'

/** What a shorter story is worth; what was found by then is told. */
const REQUESTS_MAX = 150
const MS_MAX = 8_000

/** The shortest walk found that breaks a promise as the given one did, each tried on fresh tasks and alone. */
export const shrink = async (context: CheckContext, broken: Played): Promise<Played> => {
  const tried = new Set<string>()
  const [begun, before] = [performance.now(), context.requests]
  const isSpent = () =>
    context.requests - before >= REQUESTS_MAX || performance.now() - begun >= MS_MAX
  let shortest = broken
  const untried = () => shorter(shortest.turns).find((turns) => !tried.has(JSON.stringify(turns)))
  for (let turns = untried(); turns && !isSpent(); turns = untried()) {
    tried.add(JSON.stringify(turns))
    const played = await replay(context, turns)
    if (played?.broken) shortest = played
  }
  return shortest
}

/** The same turns again; undefined where the run has nothing left for it. */
const replay = async (
  context: CheckContext,
  turns: readonly Turn[],
): Promise<Played | undefined> => {
  let at = 0
  try {
    return await play(context, ({ links }) => {
      const turn = turns[at]
      at += 1
      // Where less was created there may be no next page.
      return turn?.every((step) => step.op !== 'follow' || links.has(step.link)) ? turn : undefined
    })
  } catch (error) {
    if (error instanceof Unsent) return undefined
    throw error
  }
}
