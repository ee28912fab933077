import type { Check } from '../check.ts'

export const health: readonly Check[] = []
