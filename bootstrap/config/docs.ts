import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type NamedVariable, type Variable, variables } from './schema.ts'

const BEGIN = '<!-- configuration:begin -->'
const END = '<!-- configuration:end -->'

/** The table of variables as the README shows it. */
export const variableTable = (): string =>
  [
    '| variable | required | default | secret | meaning |',
    '|---|---|---|---|---|',
    ...variables.map((variable) =>
      row([
        `\`${variable.name}\``,
        requiredOf(variable),
        defaultOf(variable),
        variable.secret ? 'yes' : 'no',
        `${variable.doc}${valuesOf(variable)}`,
      ]),
    ),
  ].join('\n')

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`

export const requiredOf = ({ required, platform }: Variable): string =>
  required ?? (platform ? 'given by Railway' : 'no')

export const defaultOf = ({ default: value, otherwise }: Variable): string =>
  value === undefined ? (otherwise ?? '–') : `\`${value}\``

export const valuesOf = ({ format, min, max }: Variable): string => {
  if (Array.isArray(format)) return ` One of ${format.map((value) => `\`${value}\``).join(', ')}.`
  return min === undefined || max === undefined ? '' : ` From ${min} to ${max}.`
}

/** The README with its table renewed. @throws Error where the markers are missing */
export const readmeWithTable = (readme: string): string => {
  const [before, rest, ...more] = readme.split(BEGIN)
  const [, after, ...yetMore] = rest?.split(END) ?? []
  if (after === undefined || more.length + yetMore.length > 0) {
    throw new Error(`README.md needs ${BEGIN} and ${END} once each, in this order`)
  }
  return `${before}${BEGIN}\n${variableTable()}\n${END}${after}`
}

/** The file to copy to `.env`: every variable that a person sets, none with a usable secret. */
export const envExample = (): string =>
  `${[
    '# Copy to .env, fill in, start with `node --env-file=.env dist/main.js`. Generated from bootstrap/config/schema.ts by `npm run docs`.',
    ...variables.filter(({ platform }) => !platform).map(exampleOf),
  ].join('\n\n')}\n`

const exampleOf = (variable: NamedVariable): string => {
  const needed = variable.required === undefined ? '' : ` Required: ${variable.required}.`
  const comment = wrapped(`${variable.doc}${valuesOf(variable)}${needed}`)
  const line = `${variable.name}=${variable.default ?? ''}`
  return `${comment}\n${variable.required === 'yes' ? line : `# ${line}`}`
}

const wrapped = (text: string): string => {
  const lines = ['#']
  for (const word of text.replaceAll('`', '').split(' ')) {
    const line = `${lines.at(-1)} ${word}`
    if (line.length > 100) lines.push(`# ${word}`)
    else lines[lines.length - 1] = line
  }
  return lines.join('\n')
}

/** Where the generated files are. */
export const documents = {
  readme: new URL('../../README.md', import.meta.url),
  envExample: new URL('../../.env.example', import.meta.url),
}

const write = (): void => {
  const { readme, envExample: example } = documents
  const text = existsSync(readme)
    ? readFileSync(readme, 'utf8')
    : `## Configure\n\n${BEGIN}\n${END}\n`
  writeFileSync(readme, readmeWithTable(text))
  writeFileSync(example, envExample())
}

if (process.argv[1] === fileURLToPath(import.meta.url)) write()
