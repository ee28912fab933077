import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Secret } from '../redact.ts'
import type { Report } from '../report.ts'
import { assertClean } from '../secrets.ts'
import { htmlOf } from './html.ts'
import { junitOf } from './junit.ts'
import { sarifOf } from './sarif.ts'

/** Where reports go unless REPORT_DIR says otherwise, and what each of them is for. */
export const REPORT_FOLDER = 'verification/report'
export const artefacts = {
  'report.json': 'the run, from which everything else is made',
  'report.html': 'one page to read, to mail, to print',
  'junit.xml': 'for the test views of CI',
  'report.sarif': 'for code scanning',
} as const

/** Every artefact by its file name, all from the report alone. */
export const renderAll = (report: Report): Record<keyof typeof artefacts, string> => {
  const text = `${JSON.stringify(report, undefined, 2)}\n`
  // What a reader of report.json has, and nothing that only this process knows.
  const told = JSON.parse(text) as Report
  return {
    'report.json': text,
    'report.html': htmlOf(told),
    'junit.xml': junitOf(told),
    'report.sarif': sarifOf(told),
  }
}

/** Makes a folder and those above it, one by one: told to do so by itself, Node never ends where it cannot. */
export const makeFolder = (folder: string): void => {
  if (!existsSync(folder)) {
    makeFolder(dirname(folder))
    mkdirSync(folder)
  }
  if (!statSync(folder).isDirectory()) throw new Error(`${folder} is no folder`)
  accessSync(folder, constants.W_OK)
}

/** Writes all of them, or, where one holds a secret, none. @throws SecretFound */
export const writeReports = (
  report: Report,
  folder: string,
  secrets: readonly Secret[],
  omitted: readonly string[] = [],
): string[] => {
  const rendered = renderAll(report)
  assertClean(rendered, secrets)
  makeFolder(folder)
  return Object.entries(rendered)
    .filter(([name]) => !omitted.includes(name))
    .map(([name, text]) => {
      const file = join(folder, name)
      writeFileSync(file, text)
      return file
    })
}
