/** What of a JSON Schema decides how much of a value there may be, and where values lie in others. */
export interface Limited {
  minLength?: number
  maxLength?: number
  maxItems?: number
  anyOf?: readonly object[]
  items?: object
  properties?: Readonly<Record<string, object>>
}

/**
 * What may be sent, with the limits of what is kept. Validation cannot use them, because they count after trimming
 * and normalising; a caller who keeps to them is never refused for them.
 */
export const withKeptLimits = <Schema extends Limited>(
  sent: Schema,
  kept: Limited = {},
): Schema => {
  const { minLength, maxLength, maxItems, ...deeper }: Limited = kept
  const { anyOf, items, properties }: Limited = sent
  return {
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
    ...(maxItems !== undefined && { maxItems }),
    ...sent,
    ...(anyOf && { anyOf: anyOf.map((one, index) => withKeptLimits(one, deeper.anyOf?.[index])) }),
    ...(items && { items: withKeptLimits(items, deeper.items) }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, member]) => [
          name,
          withKeptLimits(member, deeper.properties?.[name]),
        ]),
      ),
    }),
  }
}
