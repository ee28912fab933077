import { type Advisory, advisoriesOf, type Dependency } from '../evidence/lock.ts'
import type { Facts } from '../facts.ts'
import { counted, joined, listed, type Section, type Text, table, text } from '../page/page.ts'

const known = (advisories: readonly Advisory[] | undefined): Text => {
  if (advisories === undefined) return 'not known'
  if (advisories.length === 0) return 'none known'
  return joined(
    advisories.map(({ severity, title, url }) => ({ text: `${severity}: ${title}`, to: url })),
    ', ',
  )
}

const use = ({ production }: Dependency) => (production ? 'production' : 'development')

/** What is installed: the packages that we chose by name, the rest by number, all by licence. */
export const supply = ({ dependencies, advisories }: Facts): Section => {
  const byName = (one: Dependency, two: Dependency) =>
    Number(two.production) - Number(one.production) || (one.name < two.name ? -1 : 1)
  const shipped = dependencies.filter(({ production }) => production)
  const flawed = dependencies.filter((it) => (advisoriesOf(it, advisories)?.length ?? 0) > 0)
  return {
    title: 'Dependencies',
    blocks: [
      text(
        `From package-lock.json: ${counted(dependencies.length, 'package')}, of which production uses ${shipped.length}. `,
        asked(advisories),
      ),
      table(
        ['package', 'version', 'licence', 'used in', 'weaknesses'],
        dependencies
          .filter(({ direct }) => direct)
          .sort(byName)
          .map((it) => [
            { code: it.name },
            it.version,
            it.licence,
            use(it),
            known(advisoriesOf(it, advisories)),
          ]),
      ),
      ...listed(
        'Weaknesses, those of packages that others need included:',
        ['package', 'used in', 'weaknesses'],
        flawed.map((it) => [
          `${it.name} ${it.version}`,
          use(it),
          known(advisoriesOf(it, advisories)),
        ]),
      ),
      text('Licences of everything that is installed:'),
      table(
        ['licence', 'in production', 'in development only'],
        licences(dependencies).map(([licence, inUse, other]) => [
          licence,
          String(inUse),
          String(other),
        ]),
      ),
    ],
  }
}

const asked = (advisories: Facts['advisories']): string => {
  if (!advisories) return 'Known weaknesses: nobody was asked.'
  const when = `asked of ${advisories.registry} on ${advisories.asked.slice(0, 10)}`
  return advisories.refused
    ? `Known weaknesses: ${when}, which answered: ${advisories.refused}.`
    : `Known weaknesses: ${when}.`
}

const licences = (dependencies: readonly Dependency[]): [string, number, number][] =>
  [...new Set(dependencies.map(({ licence }) => licence))].sort().map((licence) => {
    const all = dependencies.filter((it) => it.licence === licence)
    const inUse = all.filter(({ production }) => production).length
    return [licence, inUse, all.length - inUse]
  })
