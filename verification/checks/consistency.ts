import type { Check } from '../check.ts'

export const consistency: readonly Check[] = []
