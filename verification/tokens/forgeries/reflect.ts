/**
 * tsyringe, with which @peculiar/x509 registers its algorithms, reads the metadata of decorators from Reflect and
 * refuses to load where it cannot. No class of theirs has a constructor parameter, so there is none to read.
 */
Object.assign(Reflect, { getMetadata: () => undefined, getOwnMetadata: () => undefined })
