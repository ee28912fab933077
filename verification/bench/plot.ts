import { type Comparison, medianOf, medianRatio } from './compare.ts'
import type { Goal } from './goals.ts'

const ROW = 22
const LEFT = 170
const UNIT = 260
const RIGHT = 250
const MODES = [
  ['HS256', '#2563eb'],
  ['JWKS', '#0d9488'],
] as const

const text = (x: number, y: number, words: string, more = '') =>
  `<text x="${x}" y="${y}" ${more}>${words}</text>`

/** Throughput of the service in units of the floor's for each load and number of connections, then the goals. */
export const plot = (
  comparisons: readonly Comparison[],
  goals: readonly Goal[],
  subtitle: string,
): string => {
  const widest = Math.max(
    1.2,
    ...comparisons.flatMap((one) => MODES.map(([mode]) => medianRatio(one, mode, 'floor'))),
  )
  const width = LEFT + widest * UNIT + RIGHT
  const top = 74
  const below = top + comparisons.length * ROW * 2
  const height = below + goals.length * ROW + 24
  const floorX = LEFT + UNIT
  const rows = comparisons.map((one, at) => {
    const y = top + at * ROW * 2
    const bars = MODES.map(([mode, colour], line) => {
      const length = medianRatio(one, mode, 'floor')
      const barY = y + line * (ROW - 4)
      const told = `${length.toFixed(2)} · ${medianOf(one, mode, 'rate').toFixed(0)}/s · p99 ${medianOf(one, mode, 'p99').toFixed(1)} ms`
      return (
        `<rect x="${LEFT}" y="${barY}" width="${(length * UNIT).toFixed(1)}" height="${ROW - 8}" fill="${colour}"/>` +
        text(LEFT + length * UNIT + 6, barY + 11, told)
      )
    })
    const name = `${one.load}, ${one.connections} conn.`
    return text(LEFT - 8, y + 20, name, 'text-anchor="end"') + bars.join('')
  })
  const lines = goals.map(({ promised, seen, kept }, at) =>
    text(
      LEFT,
      below + 20 + at * ROW,
      `${kept ? '✓' : '✗'} ${promised}: ${seen}`,
      kept ? '' : 'fill="#b91c1c"',
    ),
  )
  const key = MODES.map(
    ([mode, colour], at) =>
      `<rect x="${LEFT + at * 80}" y="44" width="12" height="12" fill="${colour}"/>${text(LEFT + at * 80 + 16, 54, mode)}`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width.toFixed(0)}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#1f2937">
<title>Throughput compared with a bare server</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${text(12, 20, 'Throughput, in units of a bare node:http + postgres.js server', 'font-size="15" font-weight="600"')}
${text(12, 37, subtitle, 'fill="#6b7280"')}
${key.join('')}
${rows.join('\n')}
${lines.join('\n')}
<line x1="${floorX}" x2="${floorX}" y1="64" y2="${below - 6}" stroke="#6b7280" stroke-dasharray="4 3"/>
${text(floorX, 60, 'floor', 'text-anchor="middle" fill="#6b7280"')}
</svg>
`
}
