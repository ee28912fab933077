/** Questions as rows of `asked`, from a parameter that holds them in JSON. */
export const askedIn = (parameter: string, columns: Readonly<Record<string, string>>): string => {
  const names = Object.keys(columns)
  const typed = names.map((name) => `${name} ${columns[name]}`)
  return `rows from (json_to_recordset(${parameter}::json) as (${typed.join(', ')}))
    with ordinality as asked (${names.join(', ')}, at)`
}

/** One row: what `answer` selects for each row of `asked`, in their order. */
export const answersTo = (asked: string, answer: string): string => `
  select array_to_json(array(
    select row_to_json(answer) from ${asked}, lateral (${answer}) as answer order by asked.at
  )) as answers`
