/** One way of several to try the same. */
export interface Way {
  /** tried as far as there is room for it, by chance; the others in every run */
  rare?: true
}

/** The whole of it, begun elsewhere: the same from the same seed. */
export const turned = <T>(all: readonly T[], seed: number): T[] => {
  const begin = all.length > 0 ? seed % all.length : 0
  return [...all.slice(begin), ...all.slice(0, begin)]
}

/**
 * Ways to try something, dealt out to so many places: each place another one, and in another run another one again, since
 * whoever falls for one of them does so wherever it comes. At least as many as the places and as the ways that are not
 * rare. What is tried in its plainest form everywhere needs no dealing.
 */
export const dealt = <T extends Way>(ways: readonly T[], places: number, seed: number): T[] => {
  const usual = ways.filter(({ rare }) => !rare)
  const others = ways.filter(({ rare }) => rare)
  const room = Math.max(0, places - usual.length)
  const chosen = turned(others, seed).slice(0, room)
  // By another part of the seed, or a way would come to one place only.
  const due = turned([...usual, ...chosen], Math.floor(seed / Math.max(1, others.length)))
  const length = due.length > 0 ? Math.max(places, due.length) : 0
  return Array.from({ length }, (_, turn) => due[turn % due.length] as T)
}
