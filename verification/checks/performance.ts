import type { Check } from '../check.ts'

export const performance: readonly Check[] = []
