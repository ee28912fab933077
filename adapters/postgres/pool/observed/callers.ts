/** On whose behalf statements are sent, as only the observer knows. */
export type Caller = object
/** All of them, asked once the statement is sent, since until then others may join it. */
export type Callers = () => readonly Caller[]

/** Of a statement that is for one of them, or for nobody. */
export const onlyCaller =
  (caller: Caller | undefined): Callers =>
  () =>
    caller === undefined ? [] : [caller]

export const callersOf = (requests: readonly { caller?: Caller | undefined }[]): Caller[] => {
  const found: Caller[] = []
  for (const { caller } of requests) if (caller !== undefined) found.push(caller)
  return found
}
