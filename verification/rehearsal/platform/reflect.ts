/**
 * tsyringe, which @peculiar/x509 registers its algorithms with, reads decorators' metadata from Reflect and refuses to
 * load where there is none. None of those classes has a constructor parameter, so there is none to read.
 */
Object.assign(Reflect, { getMetadata: () => undefined, getOwnMetadata: () => undefined })
