import type { CheckContext } from '../../engine/check-context.ts'
import { Unsent } from '../../engine/http/transport.ts'
import { type Played, play } from './play.ts'
import { shorter } from './shorter.ts'
import type { Turn } from './steps.ts'

/** What a shorter story is worth; what was found by then is told. */
const REQUESTS_MAX = 150
const MS_MAX = 8_000
const AT_ONCE = 4

/** The shortest walk found that breaks a promise as the given one did, each tried on fresh tasks. */
export const shrink = async (context: CheckContext, broken: Played): Promise<Played> => {
  const tried = new Set<string>()
  const [begun, before] = [performance.now(), context.requests]
  const isSpent = () =>
    context.requests - before >= REQUESTS_MAX || performance.now() - begun >= MS_MAX
  let shortest = broken
  let candidates = shorter(shortest.turns)
  while (candidates.length > 0 && !isSpent()) {
    const [batch, others] = [candidates.slice(0, AT_ONCE), candidates.slice(AT_ONCE)]
    const found = (await Promise.all(batch.map((turns) => replay(context, turns)))).find(
      (played) => played?.broken,
    )
    for (const turns of batch) tried.add(JSON.stringify(turns))
    shortest = found ?? shortest
    candidates = (found ? shorter(shortest.turns) : others).filter(
      (turns) => !tried.has(JSON.stringify(turns)),
    )
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
