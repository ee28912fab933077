import { bodyMutants } from './bodies.ts'
import { queryMutants } from './queries.ts'
import { valueMutants } from './values.ts'

export const inputMutants = [...bodyMutants, ...valueMutants, ...queryMutants]
