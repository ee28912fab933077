import { checksOf } from '../../engine/check.ts'
import type { CheckContext } from '../../engine/check-context.ts'
import { summary } from '../../engine/http/exchange.ts'
import { type Draw, drawsOf } from './draws.ts'
import { type Played, play } from './play.ts'
import { shrink } from './shrink.ts'
import { turnOf } from './turns.ts'

/** Two walks side by side, one over tasks and one over lists, each of so many requests beside those of other checks. */
const STEPS = 23
/** After this long no turn is begun. */
const MS_MAX = 12_000

/** What two users do at random, each answer held against a model of the contract. */
export const walk = checksOf(
  { requirements: ['FR-007', 'US2'], record: 'ADR-0037', needs: ['users'] },
  {
    'D-50': {
      promise: 'keeps the whole contract along random walks of two users',
      severity: 'high',
      fix: 'send the requests above in this order: the state that the last one meets is the cause',
      run: async (context) => {
        const { seed } = context.settings
        const walks = drawsOf(seed, STEPS).map((draws) => walked(context, draws))
        const settled = await Promise.allSettled(walks)
        const played = settled.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []))
        const [broken] = played
          .filter((it) => it.broken)
          .sort((one, other) => one.turns.length - other.turns.length)
        if (broken) return tell(context, await shrink(context, broken))
        for (const it of settled) if (it.status === 'rejected') throw it.reason
        for (const { unclear } of played)
          if (unclear)
            context.findings.push({
              verdict: 'INCONCLUSIVE',
              expected: 'an answer that can be judged',
              observed: summary(unclear),
              exchange: unclear,
            })
      },
    },
  },
)

const walked = (context: CheckContext, draws: readonly Draw[]): Promise<Played> => {
  const begun = performance.now()
  let at = 0
  return play(context, (world, sent) => {
    const [draw, other] = [draws[at], draws[(at + 1) % draws.length]]
    at += 1
    const isOver = sent.length >= STEPS || performance.now() - begun > MS_MAX
    return draw && other && !isOver ? turnOf(world, sent, draw, other) : undefined
  })
}

const tell = (context: CheckContext, { broken, exchanges }: Played): void => {
  if (!broken) return
  const { expected, observed, exchange } = broken
  context.findings.push({
    verdict: 'FAIL',
    expected,
    observed: `${observed} (VERIFY_SEED=${context.settings.seed} walks this way again)`,
    exchange,
    story: exchanges,
  })
}
