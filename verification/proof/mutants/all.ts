import { authenticationFaults } from './authentication.ts'
import { consistencyFaults } from './consistency.ts'
import { corsFaults } from './cors.ts'
import { inputFaults } from './input.ts'
import { isolationFaults } from './isolation.ts'
import type { Plant } from './mutant.ts'
import { serviceFaults } from './service.ts'
import { variants } from './variants.ts'

export const faults: readonly Plant[] = [
  ...authenticationFaults,
  ...isolationFaults,
  ...corsFaults,
  ...serviceFaults,
  ...inputFaults,
  ...consistencyFaults,
]

export const allPlants: readonly Plant[] = [...faults, ...variants]
