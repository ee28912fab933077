import { dirname, join, normalize } from 'node:path'
import { retiredNames } from './names.ts'
import { forTests, isForTests, liesIn, type Room, roomOf, rooms } from './rooms.ts'
import { syntaxOf } from './sources.ts'

const FILES_MAX = 15

/** A sentence for everything that breaks a rule of the house: the file, the rule and what to do instead. */
export const violations = (files: ReadonlyMap<string, string>): string[] => [
  ...emptyRooms(files),
  ...crowdedFolders(files),
  ...[...files].flatMap(([path, source]) => problemsOf(path, source, files)),
]

const emptyRooms = (files: ReadonlyMap<string, string>): string[] => {
  const inhabited = new Set([...files.keys()].map(roomOf))
  return Object.keys(rooms)
    .filter((room) => !inhabited.has(room))
    .map((room) => `${room} is empty: take it out of decisions/rules/rooms.ts`)
}

const crowdedFolders = (files: ReadonlyMap<string, string>): string[] => {
  const counts = new Map<string, number>()
  for (const path of files.keys())
    if (!isForTests(path)) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1)
  return [...counts]
    .filter(([, count]) => count > FILES_MAX)
    .map(
      ([folder, count]) =>
        `${folder} holds ${count} files beside their tests, more than ${FILES_MAX}: make a folder of those that belong together`,
    )
}

const problemsOf = (path: string, source: string, files: ReadonlyMap<string, string>): string[] => {
  const name = roomOf(path)
  const room = rooms[name ?? '']
  if (name === undefined || room === undefined)
    return [
      `${path} lies in no room: move it into the folder of what it serves, or give that a row in decisions/rules/rooms.ts`,
    ]
  const { imports, strings, names } = syntaxOf(source)
  return [
    ...[...imports]
      .filter((it) => !mayImport(path, name, it))
      .map((it) => `${path} must not import ${it}: ${room.rule}`),
    ...(room.namesFiles ? [] : strings)
      .flatMap((text) => filesIn(text, path, files))
      .filter((file) => !mayReach(path, name, file))
      .map((file) => `${path} must not name ${file}, which it must not import: ${room.rule}`),
    ...retiredNames(path, names),
  ]
}

const mayImport = (path: string, room: string, specifier: string): boolean => {
  const { withoutNode, packages = [] } = rooms[room] as Room
  const test = isForTests(path)
  if (specifier.startsWith('node:')) return test || !withoutNode
  if (specifier.startsWith('.'))
    return mayReach(path, room, normalize(join(dirname(path), specifier)))
  const allowed = [...packages, ...(test ? forTests.packages : [])]
  return allowed.some((it) => liesIn(specifier, it))
}

/** Whether a file of a room may use another file, by an import or by its path. */
const mayReach = (path: string, room: string, file: string): boolean => {
  const test = isForTests(path)
  const { imports, tests = [] } = rooms[room] as Room
  if (isForTests(file) && !test && imports !== 'everything') return false
  const target = roomOf(file)
  if (target === undefined || target === room) return target !== undefined
  if (imports === 'everything') return !rooms[target]?.closed
  return [...imports, ...(test ? [...tests, ...forTests.imports] : [])].some(
    (place) => liesIn(file, place) && liesIn(place, target),
  )
}

/** The files whose paths a text holds, from the root or from the file that it stands in. */
const filesIn = (text: string, path: string, files: ReadonlyMap<string, string>): string[] =>
  text
    .split(/\s+/)
    .filter((word) => /\.[jt]s$/.test(word))
    .flatMap((word) => [word.replace(/^[./]+/, ''), normalize(join(dirname(path), word))])
    .filter((file, index, all) => files.has(file) && all.indexOf(file) === index)
