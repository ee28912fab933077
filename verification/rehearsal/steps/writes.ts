import type { Step } from '../step.ts'

/** What all steps together may not have cost. */
export const acknowledgedWrites: Step = {
  name: 'every write, once',
  promised: 'what was acknowledged in any step is there, and nothing is there twice',
  needs: ['steady load'],
  run: async ({ neon, acknowledged }) => {
    const rows = await neon?.compute.query(
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
