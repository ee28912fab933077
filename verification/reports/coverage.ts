import { type Check, groups } from '../engine/check.ts'
import { type Level, levels } from '../engine/setting-values.ts'
import type { Report, ReportedCheck } from './report.ts'
import { countsOf } from './statistics.ts'

const levelOf = ({ needs = [] }: Check): Level =>
  needs.includes('keys') ? 'keys' : needs.includes('users') ? 'users' : 'public'

export const coverageOf = (declared: readonly Check[], checks: readonly ReportedCheck[]) => {
  const ran = new Set(checks.filter(({ verdict }) => verdict !== 'NOT-RUN').map(({ id }) => id))
  return levels.map((level) => {
    const due = declared.filter((check) => levelOf(check) === level)
    return { level, declared: due.length, ran: due.filter(({ id }) => ran.has(id)).length }
  })
}

export const notRunOf = (checks: readonly ReportedCheck[]): Report['notRun'] => {
  const found = new Map<string, Report['notRun'][number]>()
  for (const { id, verdict, reason, waived } of checks) {
    if (verdict !== 'NOT-RUN') continue
    const why = reason ?? 'no reason was given'
    const entry = found.get(why) ?? { reason: why, waived, checks: [] }
    entry.waived &&= waived
    entry.checks.push(id)
    found.set(why, entry)
  }
  return [...found.values()].sort((one, two) => two.checks.length - one.checks.length)
}

export const partialOf = (checks: readonly ReportedCheck[], notRun: Report['notRun']): string[] => {
  const undone = notRun.reduce((sum, { checks: ids }) => sum + ids.length, 0)
  if (undone === 0) return []
  return [
    `${checks.length - undone} of ${checks.length} checks ran`,
    ...notRun.map(({ reason, checks: ids }) => `${ids.length} not run: ${reason}`),
  ]
}

export const groupsIn = (checks: readonly ReportedCheck[]): Report['counts']['groups'] =>
  [...new Set(checks.map(({ group }) => group))].map((group) => {
    const members = checks.filter((check) => check.group === group)
    const ms = members.reduce((sum, check) => sum + check.ms, 0)
    return { group, name: groups[group], counts: countsOf(members), ms }
  })
