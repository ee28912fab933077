import { setTimeout as delay } from 'node:timers/promises'

const INTERVAL_MS = 3_000
const ANSWER_MS = 5_000
/** One answer may come from the one instance of several that is new. */
const IN_A_ROW = 3

export interface ReleaseOptions {
  target: URL
  /** the commit, or the beginning of it */
  expected: string
  say: (line: string) => void
  timeoutMs: number
  intervalMs?: number
}

/**
 * Resolves once `/health` has named the expected release several times in a row, or when that took too long: what that
 * means is for the suite to say, which asks for the release itself.
 */
export const waitForRelease = async ({
  target,
  expected,
  say,
  timeoutMs,
  intervalMs = INTERVAL_MS,
}: ReleaseOptions): Promise<void> => {
  const end = performance.now() + timeoutMs
  let told: string | undefined
  for (let seen = 0; performance.now() < end; ) {
    const found = await releaseOf(target)
    seen = found.startsWith(expected) ? seen + 1 : 0
    if (seen === IN_A_ROW) return
    if (seen === 0 && found !== told)
      say(`waiting for release ${expected}: ${target.host} ${found}`)
    told = found
    await delay(seen > 0 ? Math.min(intervalMs, 1_000) : intervalMs)
  }
  say(`release ${expected} did not come within ${timeoutMs / 1_000} s`)
}

/** The release that answers, or why there is none. */
const releaseOf = async (target: URL): Promise<string> => {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS)
    const response = await fetch(new URL('/health', target), { signal, redirect: 'error' })
    const { release } = (await response.json()) as { release?: unknown }
    return /^[0-9a-f]{7,64}$/.test(String(release)) ? String(release) : 'names no release'
  } catch {
    return 'does not answer as a service of the contract'
  }
}
