/** A real question to the database on a real connection, of the kind that a request would ask. */
export interface Probe {
  /**
   * Resolves once answered; rejects when the database cannot serve requests. Never answers from memory, and
   * settles within the two seconds that `/health` may take.
   */
  check(): Promise<void>
}
