import type { Check } from '../check.ts'

export const isolation: readonly Check[] = []
