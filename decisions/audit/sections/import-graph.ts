import { dirname, join, normalize } from 'node:path'
import { isForTests, roomOf, rooms } from '../../rules/rooms.ts'
import { importsOf } from '../../rules/sources.ts'

/** What leads to what, by name. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>

const isTool = (path: string): boolean => rooms[roomOf(path) ?? '']?.tool === true

/** The files of the running system, without tests and tools. */
export const running = (files: ReadonlyMap<string, string>): Map<string, string> =>
  new Map([...files].filter(([path]) => !isForTests(path) && !isTool(path)))

const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name[0] === '@' ? 2 : 1)
    .join('/')

/** What a file imports, by path from the root or by name of the package; Node's own modules left out. */
const targetsOf = (path: string, source: string): string[] =>
  importsOf(source)
    .filter((name) => !name.startsWith('node:'))
    .map((name) => (name.startsWith('.') ? normalize(join(dirname(path), name)) : packageOf(name)))

const collect = (edges: Iterable<readonly [string, string]>): Graph => {
  const graph = new Map<string, Set<string>>()
  for (const [from, to] of edges) {
    const targets = graph.get(from) ?? new Set()
    if (from !== to) targets.add(to)
    graph.set(from, targets)
    if (!graph.has(to)) graph.set(to, new Set())
  }
  return graph
}

export interface Rooms {
  graph: Graph
  /** what each room uses that is not ours */
  packages: ReadonlyMap<string, readonly string[]>
}

/** Which room imports which, and which packages. */
export const roomGraph = (files: ReadonlyMap<string, string>): Rooms => {
  const edges: [string, string][] = []
  const packages = new Map<string, string[]>()
  for (const [path, source] of files) {
    const room = roomOf(path) ?? path
    const used = packages.get(room) ?? []
    packages.set(room, used)
    edges.push([room, room])
    for (const target of targetsOf(path, source)) {
      const other = roomOf(target)
      if (other) edges.push([room, other])
      else if (!used.includes(target)) used.push(target)
    }
  }
  for (const used of packages.values()) used.sort()
  return { graph: collect(edges), packages }
}

const isPort = (path: string) => path.startsWith('application/ports/')

/**
 * The way of a request, from the server to the packages that end it: along imports, and at a port on to the
 * adapters that implement it, which import it rather than being imported. Shortcuts are left out.
 */
export const requestWay = (
  files: ReadonlyMap<string, string>,
  start: string,
  ends: readonly string[],
): Graph => {
  const edges: [string, string][] = []
  for (const [path, source] of files) {
    const room = roomOf(path)
    if (room?.startsWith('bootstrap') || room === 'verification') continue
    for (const target of targetsOf(path, source)) {
      const implemented = isPort(target) && !['application', 'adapters/http'].includes(room ?? '')
      if (implemented) edges.push([target, path])
      else edges.push([path, target])
    }
  }
  const all = collect(edges)
  const back = collect([...all].flatMap(([from, to]) => [...to].map((it) => [it, from] as const)))
  const ahead = reachable(all, [start])
  const behind = reachable(back, ends)
  return reduced(
    collect(
      [...all]
        .flatMap(([from, to]) => [...to].map((it) => [from, it] as const))
        .filter((edge) => edge.every((it) => ahead.has(it) && behind.has(it))),
    ),
  )
}

const reachable = (graph: Graph, from: readonly string[]): Set<string> => {
  const found = new Set(from)
  for (const name of found) for (const next of graph.get(name) ?? []) found.add(next)
  return found
}

/** Without every edge that a longer way replaces. */
const reduced = (graph: Graph): Graph =>
  new Map(
    [...graph].map(([from, targets]) => [
      from,
      new Set(
        [...targets].filter(
          (target) =>
            ![...targets].some(
              (other) => other !== target && reachable(graph, [other]).has(target),
            ),
        ),
      ),
    ]),
  )

/** The names in rows, each below everything that leads to it. */
export const layersOf = (graph: Graph): string[][] => {
  const depth = new Map([...graph.keys()].map((name) => [name, 0]))
  // as often as there are names: a way cannot be longer, and a circle ends too
  for (const _ of graph)
    for (const [from, targets] of graph)
      for (const to of targets)
        depth.set(
          to,
          Math.min(graph.size, Math.max(depth.get(to) ?? 0, (depth.get(from) ?? 0) + 1)),
        )
  const rows = Array.from({ length: graph.size + 1 }, (_, at) =>
    [...depth].filter(([, row]) => row === at).map(([name]) => name),
  )
  return rows.filter((row) => row.length > 0).map((row) => row.sort())
}
