/** One call as its client saw it. */
export interface Operation<Input, Output> {
  input: Input
  /** absent where the client does not know whether it was carried out */
  output?: Output
  /** when it was sent and when it was answered, on one clock */
  calledAt: number
  answeredAt: number
}

/** What a thing would do if it did one operation at a time. */
export interface Model<State, Input, Output> {
  initial: State
  /** The state after the operation; undefined where it could not have had this output. Without one any will do. */
  after(state: State, input: Input, output: Output | undefined): State | undefined
  /** Equal for equal states. */
  keyOf(state: State): string
}

/** A history that is not decided within so many steps is too large to be checked, which is an error of its own. */
const STEPS_MAX = 2_000_000

/**
 * Whether the operations have an order in which the model gives each of them its output and none comes before one
 * that had been answered when it was sent (Herlihy and Wing 1990). One whose outcome is unknown may have been carried
 * out at any time after it was sent, or never. The search is that of Wing and Gong (1993), which remembers where it
 * has been (Lowe 2017), as in Porcupine.
 * @throws Error where the history is too large
 */
export const isLinearizable = <State, Input, Output>(
  history: readonly Operation<Input, Output>[],
  { initial, after, keyOf }: Model<State, Input, Output>,
): boolean => {
  const operations = [...history]
    .sort((one, other) => one.calledAt - other.calledAt)
    .map((one, at) => ({
      ...one,
      endsAt: one.output === undefined ? Number.POSITIVE_INFINITY : one.answeredAt,
      bit: 1n << BigInt(at),
    }))
  const known = operations
    .filter(({ output }) => output !== undefined)
    .reduce((set, { bit }) => set | bit, 0n)
  const visited = new Set<string>()
  let steps = 0

  const search = (done: bigint, state: State): boolean => {
    if ((done & known) === known) return true
    const place = `${done} ${keyOf(state)}`
    if (visited.has(place)) return false
    visited.add(place)
    steps += 1
    if (steps > STEPS_MAX) throw new Error('the history is too large to be checked')
    const left = operations.filter(({ bit }) => (done & bit) === 0n)
    const firstEnd = Math.min(...left.map(({ endsAt }) => endsAt))
    return left.some(({ calledAt, input, output, bit }) => {
      if (calledAt > firstEnd) return false
      const next = after(state, input, output)
      return next !== undefined && search(done | bit, next)
    })
  }
  return search(0n, initial)
}
