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
  const places = Object.entries(rooms).flatMap(([room, { folders = [] }]) => [
    room,
    ...folders.map((folder) => `${room}/${folder}`),
  ])
  const inhabited = (place: string) =>
    [...files.keys()].some((path) => liesIn(path, place) && liesIn(place, roomOf(path) ?? ''))
  return places
    .filter((place) => !inhabited(place))
    .map((place) => `${place} is empty: take it out of decisions/rules/rooms.ts`)
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
  const room = roomOf(path)
  const { imports, importsInTypes, strings, names } = syntaxOf(source)
  if (room === undefined) {
    const fitting = roomsWhere(path, (it) => [...imports].every((one) => mayImport(path, it, one)))
    return [
      `${path} lies in no room: move it to where it fits (${listed(fitting)}), or give ${folderOf(path)} a row in decisions/rules/rooms.ts`,
    ]
  }
  const refused = (file: string, allowed: (room: string) => boolean) => {
    if (isForTests(file) && !isForTests(path))
      return `tests and their fixtures are imported by tests alone; what both need lies in a file of its own in ${room}`
    return `${rooms[room]?.rule}. Rooms that may: ${listed(roomsWhere(path, allowed))}`
  }
  return [
    ...[...imports]
      .filter((it) => !mayImport(path, room, it))
      .map(
        (it) => `${path} must not import ${it}: ${refused(it, (one) => mayImport(path, one, it))}`,
      ),
    ...[...importsInTypes].map(
      (it) =>
        `${path} must not import ${it} inside a type: make it a statement on top, so that the rules of ${room} and the search for cycles see it`,
    ),
    ...(rooms[room]?.namesFiles ? [] : strings)
      .flatMap((text) => filesIn(text, path, files))
      .filter((file) => !mayReach(path, room, file))
      .map(
        (file) =>
          `${path} must not name ${file}, which it must not import: ${refused(file, (one) => mayReach(path, one, file))}`,
      ),
    ...retiredNames(path, names, files.keys()),
  ]
}

const folderOf = (path: string): string => (dirname(path) === '.' ? path : dirname(path))

/** The folders that allow it, nearest to the path; those that may import everything only where no other does. */
const roomsWhere = (path: string, allowed: (room: string) => boolean): string[] => {
  const found = Object.keys(rooms).filter((room) => !room.endsWith('.ts') && allowed(room))
  const strict = found.filter((room) => rooms[room]?.imports !== 'everything')
  const chosen = strict.length > 0 ? strict : found
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    const near = chosen.filter((room) => liesIn(room, folder))
    if (near.length > 0) return near
  }
  return chosen
}

/** Many of them by their top folders. */
const listed = (found: readonly string[]): string => {
  const tops = [...new Set(found.map((room) => room.split('/')[0]))]
  const names = found.length > 8 ? tops : found
  return names.join(', ') || 'none, as decisions/rules/rooms.ts stands'
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
    .filter((word) => /\.[cm]?[jt]sx?$/.test(word))
    .flatMap((word) => [word.replace(/^[./]+/, ''), normalize(join(dirname(path), word))])
    .filter((file, index, all) => files.has(file) && all.indexOf(file) === index)
