/** The value below which this part of the others lies: 0.5 is the median. */
export const quantile = (values: number[], at: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * at)] ?? Number.NaN
