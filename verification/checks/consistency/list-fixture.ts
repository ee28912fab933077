import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import { oncePerRun } from '../once-per-run.ts'
import { judge } from '../walk/model/judge.ts'
import { newWorld, type World } from '../walk/model/world.ts'
import { newScope } from '../walk/play.ts'
import { HERE, tagOf, type Who, type Words } from '../walk/scope.ts'
import { requestOf, type Step, type StepOf } from '../walk/steps.ts'

/** Letters of the three scripts for which case is promised, beyond ASCII and beyond what one byte holds. */
export const SCRIPTS = 'Straße  Ünéÿḁ Σίσυφος Жук'
/** Each letter in its other case, where that is one letter. */
export const otherCase = (text: string): string =>
  text.replaceAll(/[^ß]/gu, (it) => (it === it.toLowerCase() ? it.toUpperCase() : it.toLowerCase()))
/** Not the same to whoever does no more than fold case: spelt out, without accents, decomposed, with one blank. */
const NEARLY = ['Strasse  Ünéÿḁ', 'Straße  Uneya', 'Straße  Ünéÿḁ'.normalize('NFD'), 'Straße Ünéÿḁ']
/** What a search finds in descriptions: with quotes of three languages in it, and longer than most look at. */
export const SAID = `It's "Rock 'n' Roll" & a=b+c# ${SCRIPTS} ; x-7 -- in the mist ${'all* night long, '.repeat(4)}and \\ on`
/** With which all their titles begin: longer than some compare. */
const SAME = 'as all of them '.repeat(5)
/** What a search finds in titles, and what only a pattern finds. */
const [RATE, NO_RATE] = ['5%_Off', "5xoff it's 5_Off %"]
/** What a careless search for a part of it finds: without its quotes, trimmed, or by letters that are nearly the same. */
const NEAR = [
  `"Rock: Rock 'n' Roll" & a=b+c# ${SCRIPTS} `,
  `"Rock 'n' Roll" & a=b+c# ${SCRIPTS}`,
  ...NEARLY.map((it) => `"Rock 'n' Roll" & a=b+c# ${SCRIPTS.replace(/^.*ḁ/, it)} `),
].join('/')
/** Of four bytes each, as many as leave room for what is said behind them, on a line of its own. */
const LONG = `${'\u{1f600}'.repeat(1_800)}\n${SAID}`
/** All that a task can bear beside its marks, the looked-for ones at the end. */
const MANY = [...Array.from({ length: 16 }, (_, index) => `t${index}`), 'mist', 'blue']
/** For a tag no other than `mist` to whoever compares without regard to case. */
const OTHER_MIST = 'mi\u017ft'

/** One word to the eye. */
export const [COMPOSED, DECOMPOSED] = ['caf\u00e9', 'cafe\u0301']

interface Seed extends Omit<Words, 'title' | 'tags'> {
  word: string
  tags: readonly string[]
}

/**
 * Tasks of A under one tag, made all at once. Any two of the filters of `rows` find some of them, and other ones
 * without either. Titles begin with what dictionaries, folding and UTF-16 sort otherwise; two are the same.
 */
const seeds: Readonly<Record<string, Seed>> = {
  medium: {
    ...{
      word: `\u{ff5e} ${RATE} it's`,
      priority: 'medium',
      completed: false,
      due_date: '2030-06-01',
    },
    ...{ tags: ['mist', 'blue'], description: SAID },
  },
  early: {
    ...{ word: `z10 ${RATE}`, priority: 'low', completed: true, due_date: '2029-12-31' },
    ...{ tags: ['mist', COMPOSED, DECOMPOSED, 'a,b'], description: SAID.toUpperCase() },
  },
  found: {
    ...{ word: `\u{ff5e} ${RATE} it's`, priority: 'high', completed: true, due_date: '2030-06-01' },
    ...{ tags: ['mist', ` ${DECOMPOSED.toUpperCase()}\t`], description: null },
  },
  long: {
    ...{ word: `é ${RATE}`, priority: 'low', completed: false, due_date: '2030-06-02' },
    ...{ tags: MANY, description: LONG },
  },
  moving: {
    ...{ word: `ZZ ${NO_RATE}`, priority: 'high', completed: false, due_date: '2030-06-02' },
    ...{ tags: [OTHER_MIST, 'blue'], description: SAID },
  },
  dateless: {
    ...{ word: 'b 5%xoff', priority: 'low', completed: true, due_date: null },
    ...{ tags: ['blue', OTHER_MIST], description: `${SAID}.` },
  },
  late: {
    ...{ word: `z9 ${RATE}`, priority: 'high', completed: true, due_date: '2030-06-30' },
    ...{ tags: ['blue', 'mist'], description: SAID },
  },
  plain: {
    ...{ word: '\u{1f600} 5%_of', priority: 'low', completed: false },
    ...{ tags: ['mist', 'blue'], description: NEAR },
  },
}

/** Of B's some match whatever finds tasks of A: some older than those and some newer. */
const alike = { word: `Bb ${RATE} it's`, tags: ['mist', 'blue'], description: SAID } as const
const older: Readonly<Record<string, Seed>> = {
  B1: { ...alike, priority: 'high', completed: false, due_date: '2030-06-02' },
  B2: { ...alike, priority: 'medium', completed: false, due_date: '2030-06-01' },
}
const newer: Readonly<Record<string, Seed>> = {
  B3: { ...alike, priority: 'high', completed: true, due_date: '2030-06-01' },
  B4: { ...alike, priority: 'low', completed: true, due_date: null },
}

const creations = (by: Who, made: Readonly<Record<string, Seed>>): StepOf<'create'>[] =>
  Object.entries(made).map(([task, { word, tags, ...members }]) => ({
    ...{ op: 'create', by, task },
    words: { ...members, title: `${SAME}${word}`, tags: [HERE, ...tags] },
  }))

/** All of them at once, but for what is older. */
export const seeded = oncePerRun(async (context) => {
  const scope = newScope(context)
  const world = newWorld(scope)
  const [first, others] = [
    creations('B', older),
    [...creations('A', seeds), ...creations('B', newer)],
  ]
  const make = (steps: readonly Step[]) =>
    Promise.all(steps.map((step) => context.send(requestOf(world, step))))
  const created = [...(await make(first)), ...(await make(others))]
  return { scope, steps: [...first, ...others], created }
})

/** The same, as the ground for what is judged of lists: in a world of its own, in which they are as they were sent. */
export const listFixture = async (context: CheckContext) => {
  const { scope, steps, created } = await seeded(context)
  const world = newWorld(scope)
  for (const [index, exchange] of created.entries()) {
    context.control(exchange.response?.status === 201, exchange, 'a task can be created')
    judge(world, steps[index] as Step, exchange)
  }
  const tag = tagOf(scope, HERE)
  return { world, tag, list: `${TASKS}?tag=${tag}`, ids: idsOf(world) }
}

const idsOf = ({ tasks }: World): string[] =>
  [...tasks.values()].filter(({ owner }) => owner === 'A').map(({ json }) => json.id)
