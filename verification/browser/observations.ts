/** One thing that was seen in the browser, or could not be. */
export interface Observation {
  verdict: 'PASS' | 'FAIL' | 'UNTESTED'
  origin: string
  /** what the page was to do, or to be kept from */
  what: string
  /** what happened instead */
  observed?: string
}

/** Told one at a time, as they are made. */
export type Observe = (observation: Observation) => void

export const lineOf = ({ verdict, origin, what, observed }: Observation): string =>
  `${verdict.padEnd(8)} ${origin} · ${what}${observed ? `: ${observed}` : ''}`

/** 0 where all is well, 1 where something is wrong, 2 where something or everything is unknown. */
export const exitCodeOf = (observations: readonly Observation[]): 0 | 1 | 2 => {
  const has = (verdict: Observation['verdict']) =>
    observations.some((observation) => observation.verdict === verdict)
  if (has('FAIL')) return 1
  return has('UNTESTED') || observations.length === 0 ? 2 : 0
}
