import pLimit from 'p-limit'

interface Waiting {
  whose: object
  begin: () => Promise<void>
}

/**
 * Lets so many work at a time. Of those who wait, whoever waits for the fewest goes first: a check whose requests
 * follow each other takes as long as its answers, and what can be sent at once fills the gaps. What one check sends at
 * once stays together.
 */
export const turns = (size: number) => {
  const limit = pLimit(size)
  const waiting = new Set<Waiting>()
  const next = (): Waiting | undefined => {
    const counts = new Map<object, number>()
    for (const { whose } of waiting) counts.set(whose, (counts.get(whose) ?? 0) + 1)
    const countOf = ({ whose }: Waiting) => counts.get(whose) ?? 0
    return [...waiting].reduce<Waiting | undefined>(
      (one, other) => (one && countOf(one) <= countOf(other) ? one : other),
      undefined,
    )
  }
  /** Has it done for somebody as soon as it is their turn. */
  return <T>(whose: object, work: () => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      waiting.add({ whose, begin: () => work().then(resolve, reject) })
      void limit(() => {
        const chosen = next()
        if (chosen) waiting.delete(chosen)
        return chosen?.begin()
      })
    })
}
