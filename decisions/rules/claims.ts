import { names, ofEach, type Rule } from './rule.ts'

/**
 * What must be claimed, and by whom: nothing that can be called or configured goes without a record, no
 * requirement without a proof, no record without the live checks that name it.
 */

/** A record may claim nothing but what there is. */
const known = (claimed: 'endpoints' | 'variables', all: 'operations' | 'variables', kind: string) =>
  ofEach((record, decisions) =>
    record[claimed]
      .filter((name) => !decisions[all].includes(name))
      .map((name) => `claims ${name}, no ${kind} of ours`),
  )

/** Everything there is has to be claimed by a record. */
const claimed =
  (
    member: 'requirements' | 'endpoints' | 'variables',
    all: 'requirements' | 'operations' | 'variables',
    advice: string,
  ): Rule =>
  (decisions) =>
    decisions[all]
      .filter((name) => !decisions.records.some((record) => record[member].includes(name)))
      .map((name) => `${name} is claimed by no record: add it to ${advice}`)

const explained = (member: string) => `\`${member}\` of the one that explains it, or write one`

export const knownRequirements = ofEach(({ requirements: claimed }, { requirements }) => [
  ...(claimed.length === 0 ? ['answers no requirement'] : []),
  ...claimed.filter((id) => !requirements.includes(id)).map((id) => `claims ${id}, which is none`),
])
export const claimedRequirements = claimed(
  'requirements',
  'requirements',
  'the one that answers it',
)
export const knownEndpoints = known('endpoints', 'operations', 'operation')
export const claimedEndpoints = claimed('endpoints', 'operations', explained('endpoints'))
export const knownVariables = known('variables', 'variables', 'variable')
export const claimedVariables = claimed('variables', 'variables', explained('variables'))

/** A name in a list is no explanation. */
export const explainedVariables = ofEach(({ variables, sections }) => {
  const text = [...sections.values()].join('\n')
  return variables
    .filter((name) => !new RegExp(`\\b${name}\\b`).test(text))
    .map((name) => `claims ${name} without a word about it`)
})

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
