import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseReport } from '../../../verification/reports/report.ts'

/** The text of the report at a path, a folder of reports included. @throws Error where it must not be kept */
export const reportToKeep = async (path: string, root: string): Promise<string> => {
  const file = path.endsWith('.json') ? path : join(path, 'report.json')
  if (!existsSync(file)) throw new Error(`${file} is not there: run \`npm run verify\` first`)
  const text = readFileSync(file, 'utf8')
  parseReport(text)
  if (text.includes(root)) throw new Error(`${file} names a folder of this machine`)
  // Loaded only here: the report can be made anew without the search's packages.
  const { suspicionsIn } = await import('../../secrets/rules.ts')
  const [found] = await suspicionsIn('report.json', text)
  if (found) throw new Error(`${file} holds a ${found.kind} in line ${found.line}`)
  return text
}
