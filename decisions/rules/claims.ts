import { names, ofEach, type Rule } from './rule.ts'

/**
 * What must be claimed, and by whom: nothing that can be called or configured goes without a record, no
 * requirement without a proof, no record without the live checks that name it.
 */

const unknownOf = (claimed: readonly string[], all: readonly string[], kind: string): string[] =>
  claimed.filter((name) => !all.includes(name)).map((name) => `claims ${name}, no ${kind} of ours`)

export const knownRequirements = ofEach(({ requirements: claimed }, { requirements }) => [
  ...(claimed.length === 0 ? ['answers no requirement'] : []),
  ...claimed.filter((id) => !requirements.includes(id)).map((id) => `claims ${id}, which is none`),
])

export const claimedRequirements: Rule = ({ records, requirements }) => {
  const claimed = new Set(records.flatMap((record) => record.requirements))
  return requirements
    .filter((id) => !claimed.has(id))
    .map((id) => `${id} is claimed by no record: add it to the one that answers it`)
}

export const knownEndpoints = ofEach(({ endpoints }, { operations }) =>
  unknownOf(endpoints, operations, 'operation'),
)

export const knownVariables = ofEach(({ variables: claimed }, { variables }) =>
  unknownOf(claimed, variables, 'variable'),
)

/** A name in a list is no explanation. */
export const explainedVariables = ofEach(({ variables, sections }) => {
  const text = [...sections.values()].join('\n')
  return variables
    .filter((name) => !new RegExp(`\\b${name}\\b`).test(text))
    .map((name) => `claims ${name} without a word about it`)
})

const unclaimed = (all: readonly string[], claimed: readonly string[], member: string): string[] =>
  all
    .filter((name) => !claimed.includes(name))
    .map(
      (name) =>
        `${name} is claimed by no record: add it to \`${member}\` of the one that explains it, or write one`,
    )

export const claimedEndpoints: Rule = ({ records, operations }) =>
  unclaimed(
    operations,
    records.flatMap(({ endpoints }) => endpoints),
    'endpoints',
  )

export const claimedVariables: Rule = ({ records, variables }) =>
  unclaimed(
    variables,
    records.flatMap((record) => record.variables),
    'variables',
  )

export const knownByChecks: Rule = ({ checks, records, requirements }) =>
  checks.flatMap(({ id, record, requirements: claimed }) => [
    ...(records.some(({ number }) => record === `ADR-${number}`)
      ? []
      : [`${id} names ${record}, which is not there: name the record that explains it`]),
    ...claimed
      .filter((requirement) => !requirements.includes(requirement))
      .map((requirement) => `${id} proves ${requirement}, which is none`),
  ])

/** A live check proves a requirement by claiming it, any other test by naming it in a title. */
export const provedRequirements: Rule = ({ checks, requirements, sources, records }) => {
  const live = new Set(checks.flatMap(({ requirements: claimed }) => claimed))
  return requirements
    .filter((id) => !live.has(id))
    .filter(
      (id) =>
        !records.some(
          ({ requirements: claimed, confirmedBy }) =>
            claimed.includes(id) && confirmedBy.some((path) => names(sources.get(path), id)),
        ),
    )
    .map(
      (id) =>
        `${id} is claimed by no check: add it to a live check, or name it in the title of a test that confirms its record`,
    )
}

/** A record and the live checks that name it agree on where they are. */
export const mutualProof: Rule = ({ records, checks }) =>
  records.flatMap(({ file, number, confirmedBy }) => {
    const own = new Set(
      checks.filter(({ record }) => record === `ADR-${number}`).map((check) => check.file),
    )
    return [
      ...[...own]
        .filter((path) => !confirmedBy.includes(path))
        .map((path) => `${file} is named by checks in ${path}: add that to its confirmed-by`),
      ...confirmedBy
        .filter((path) => path.startsWith('verification/checks/') && !own.has(path))
        .map(
          (path) =>
            `${file} is confirmed by ${path}, where no check names it: name single checks by id instead`,
        ),
    ]
  })
