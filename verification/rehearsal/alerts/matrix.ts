import type { AlertFault } from './faults.ts'

export interface FaultOutcome {
  fault: Pick<AlertFault, 'name' | 'alert'>
  fired: readonly string[]
}

/** Alerts across, faults down: `fires` where one fired as it should, `MISSING` and `WRONG` elsewhere. */
export const matrixOf = (
  alerts: readonly string[],
  outcomes: readonly FaultOutcome[],
): string[] => {
  const width = Math.max(...outcomes.map(({ fault }) => fault.name.length))
  const short = (alert: string) => alert.replace('Tasks', '')
  const cell = ({ fault, fired }: FaultOutcome, alert: string) => {
    const [wanted, was] = [fault.alert === alert, fired.includes(alert)]
    return wanted ? (was ? 'fires' : 'MISSING') : was ? 'WRONG' : '·'
  }
  const row = (name: string, cells: readonly string[]) =>
    [
      name.padEnd(width),
      ...cells.map((it, n) => it.padEnd(Math.max(7, short(alerts[n] ?? '').length))),
    ].join('  ')
  return [
    row('', alerts.map(short)),
    ...outcomes.map((one) =>
      row(
        one.fault.name,
        alerts.map((alert) => cell(one, alert)),
      ),
    ),
  ]
}

/** Whether each fault calls once, by its alert, and nothing else does. */
export const isExact = ({ fault, fired }: FaultOutcome): boolean =>
  fired.join() === (fault.alert === undefined ? '' : fault.alert)
