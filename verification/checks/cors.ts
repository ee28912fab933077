import type { Check } from '../check.ts'

export const cors: readonly Check[] = []
