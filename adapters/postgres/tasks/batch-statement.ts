/** The reads of a batch as rows of `batch`, from a parameter that holds them in JSON; `at` is their order. */
export const batchRows = (parameter: string, columns: Readonly<Record<string, string>>): string => {
  const names = Object.keys(columns)
  const typed = names.map((name) => `${name} ${columns[name]}`)
  return `rows from (json_to_recordset(${parameter}::json) as (${typed.join(', ')}))
    with ordinality as batch (${names.join(', ')}, at)`
}

/** The rows of `source` as a list in JSON. */
export const batchResults = (source: string): string =>
  `array_to_json(array(select row_to_json(${source}) from ${source})) as results`

/** One row: what `result` selects for each row of `batch`, as a list in their order. */
export const batchStatement = (rows: string, result: string): string => `
  select array_to_json(array(
    select row_to_json(result) from ${rows}, lateral (${result}) as result order by batch.at
  )) as results`
