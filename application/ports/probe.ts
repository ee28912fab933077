/** Checks the database the way a request uses it: with a query on a real connection. */
export interface Probe {
  /**
   * Resolves when the database answered, rejects when it cannot serve requests. Never uses an earlier result,
   * and settles within the two seconds that `/health` may take.
   */
  check(): Promise<void>
}
