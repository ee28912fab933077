import type { Facts } from '../facts.ts'
import { type Block, type Section, text } from '../page/page.ts'
import { type Graph, layersOf, requestWay, roomGraph, running } from './import-graph.ts'

/** Where every request comes in, and the packages behind which it leaves the process. */
const ENTRANCE = 'adapters/http/server.ts'
const EXITS = ['jose', 'postgres'] as const

/** Without folder and ending where that is enough; Mermaid wants ids of letters and digits. */
const idOf = (name: string): string => name.replaceAll(/[^A-Za-z0-9]/g, '_')

const diagram = (graph: Graph, notes: (name: string) => string): Block => {
  const names = [...graph.keys()].sort()
  const label = (name: string) => [name, notes(name)].filter(Boolean).join('<br>')
  const edges = names.flatMap((from) =>
    [...(graph.get(from) ?? [])].sort().map((to) => `  ${idOf(from)} --> ${idOf(to)}`),
  )
  return {
    kind: 'diagram',
    mermaid: [
      'flowchart TD',
      ...names.map((name) => `  ${idOf(name)}["${label(name)}"]`),
      ...edges,
    ].join('\n'),
    rows: layersOf(graph).map((row) =>
      row.map((name) => ({
        name,
        note: notes(name),
        leadsTo: [...(graph.get(name) ?? [])].sort(),
      })),
    ),
  }
}

/** The architecture as the imports have it; nobody drew it. */
export const architecture = ({ decisions: { sources } }: Facts): Section => {
  const { graph, packages } = roomGraph(running(sources))
  const note = (name: string) => (packages.get(name) ?? []).join(', ')
  return {
    title: 'Architecture',
    blocks: [
      text(
        'Which folder imports which, and which packages, from the import statements; tests and tools left out. Kept by ',
        { text: 'rules', to: 'rules/architecture.test.ts' },
        '.',
      ),
      diagram(graph, note),
    ],
  }
}

export const wayOfRequest = ({ decisions: { sources } }: Facts): Section => ({
  title: 'The way of a request',
  blocks: [
    text(
      'From the server to the packages behind which it leaves the process, along imports; from a port to the adapters that implement it. Shortcuts are left out.',
    ),
    diagram(requestWay(running(sources), ENTRANCE, EXITS), () => ''),
  ],
})
