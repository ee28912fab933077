import { authenticationFaults } from './authentication-faults.ts'
import { consistencyFaults } from './consistency-faults.ts'
import { corsFaults } from './cors-faults.ts'
import { inputFaults } from './input-faults.ts'
import { isolationFaults } from './isolation-faults.ts'
import type { Plant } from './plant.ts'
import { serviceFaults } from './service-faults.ts'
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
