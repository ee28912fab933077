import type { Check } from '../check.ts'

export const exposure: readonly Check[] = []
