import { authenticationMutants } from './authentication/all.ts'
import { consistencyMutants } from './consistency/all.ts'
import { corsMutants } from './cors/all.ts'
import { inputMutants } from './input/all.ts'
import { isolationMutants } from './isolation/all.ts'
import type { Mutant } from './mutant.ts'
import { serviceMutants } from './service/all.ts'
import { shapeMutants } from './shapes.ts'
import { variants } from './variants/all.ts'

/** Every mutant that must be caught by a check, by what it harms. */
const faultyByGroup: Readonly<Record<string, readonly Mutant[]>> = {
  authentication: authenticationMutants,
  isolation: isolationMutants,
  cors: corsMutants,
  service: serviceMutants,
  input: inputMutants,
  consistency: consistencyMutants,
  shapes: shapeMutants,
}

export const mutantsByGroup = { ...faultyByGroup, variants }

export const faultyMutants = Object.values(faultyByGroup).flat()

export const allMutants: readonly Mutant[] = [...faultyMutants, ...variants]
