/** Where frameworks serve documentation by default, beside the paths of our contract. */
export const documentationPaths = ['/redoc', '/swagger.json', '/openapi.yaml', '/api-docs'] as const

/** What a server that serves its own folder gives away: secrets, history, the source. */
export const secretPaths = ['/.env', '/.git/HEAD', '/package.json', '/Procfile'] as const

/** What operators look at, and a folder that a static file server would list. */
export const internalPaths = ['/metrics', '/debug', '/static/'] as const
