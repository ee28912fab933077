import { accessSync, constants } from 'node:fs'
import type { Browser } from 'playwright-core'

/** Thrown where there is no browser or no target to ask; its message says what to do. */
export class CannotObserve extends Error {}

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/**
 * Pages here come from nowhere, so Chromium cannot know that they are not public ones reaching into a local
 * network, and would upgrade `http:` pages. Nothing else is relaxed: CORS is what this is about.
 */
const relaxed = ['LocalNetworkAccessChecks', 'HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable']

const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${relaxed.join(',')}`,
]

/** The Chromium of the system, not one of Playwright's. @throws CannotObserve */
export const launch = async (
  env: Readonly<Record<string, string | undefined>>,
): Promise<Browser> => {
  const executablePath = chromiumIn(env.CHROMIUM_PATH?.trim() || undefined)
  const { chromium } = await import('playwright-core').catch(() => {
    throw new CannotObserve('playwright-core is not installed: run `npm install`')
  })
  return chromium
    .launch({
      executablePath,
      args: flags,
      // Chromium has no sandbox for root.
      chromiumSandbox: process.getuid?.() !== 0,
      // What was created is removed first.
      handleSIGINT: false,
      handleSIGTERM: false,
    })
    .catch((error: unknown) => {
      const [line = ''] = error instanceof Error ? error.message.split('\n') : []
      throw new CannotObserve(`${executablePath} does not start: ${line}`)
    })
}

const chromiumIn = (given: string | undefined): string => {
  const found = (given ? [given] : places).find(isProgram)
  if (found) return found
  throw new CannotObserve(
    given
      ? 'CHROMIUM_PATH is no program'
      : 'there is no Chromium or Chrome: install one, or name it with CHROMIUM_PATH',
  )
}

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
