import type { Stage } from './stage.ts'
import type { Step } from './step.ts'
import { buildPart } from './steps/build.ts'
import { deployPart } from './steps/deploy.ts'
import { databaseDrills } from './steps/drills-database.ts'
import { deployDrills } from './steps/drills-deploy.ts'
import { keyDrills } from './steps/drills-keys.ts'
import { verifyPart } from './steps/verify.ts'

/** What all the drills together must not have cost. */
const ledger: Step<Stage> = {
  name: 'every write, once',
  promised: 'what was acknowledged in any step is there, and nothing is there twice',
  needs: ['steady load'],
  run: async ({ neon, ledger: acknowledged }) => {
    const rows = await neon?.compute.ask(
      `select title, count(*)::int as times from tasks where title like 'rehearsed %' group by title`,
    )
    const times = new Map(rows?.map((row) => [String(row.title), Number(row.times)]))
    const lost = [...acknowledged].filter((title) => !times.has(title)).length
    const twice = [...times.values()].filter((count) => count > 1).length
    if (lost + twice > 0 || acknowledged.size === 0)
      throw new Error(`of ${acknowledged.size} acknowledged ${lost} are lost, ${twice} are doubled`)
    return `${acknowledged.size} acknowledged, 0 lost, 0 doubled`
  },
}

/** A deployment from its commit to the worst day of its life, in this order. */
export const steps: readonly Step<Stage>[] = [
  ...buildPart,
  ...deployPart,
  ...verifyPart,
  ...deployDrills,
  ...databaseDrills,
  ...keyDrills,
  ledger,
]
