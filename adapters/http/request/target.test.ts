import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FastifyRequest } from 'fastify'
import { operationIds } from '../contract/contract.ts'
import { allowedMethods, pathOf, routableUrl, routePath, splitTarget } from './target.ts'

const pathOfTarget = (originalUrl: string) => pathOf({ originalUrl } as FastifyRequest)

describe('the request target', () => {
  const targets: [string, string, string | undefined, string, string][] = [
    // target, path, query, what the router sees, what the request is about
    ['/', '/', undefined, '/', '/'],
    ['/?', '/', '', '/?', '/'],
    ['/docs/', '/docs', undefined, '/docs/', '/docs'],
    ['/docs?a=/x//', '/docs', 'a=/x//', '/docs?a=/x//', '/docs'],
    ['/a?b?c', '/a', 'b?c', '/a?b?c', '/a'],
    ['//', '//', undefined, '/%2F%2F', '//'],
    ['/docs//', '/docs//', undefined, '/%2F%2F', '/docs//'],
    ['//docs', '//docs', undefined, '/%2F%2F', '//docs'],
    ['/%64ocs', '/%64ocs', undefined, '/%2564ocs', '/%64ocs'],
    ['/a%2Fb', '/a%2Fb', undefined, '/a%252Fb', '/a%2Fb'],
    ['/a#b', '/a#b', undefined, '/a%23b', '/a#b'],
    ['/docs;x', '/docs;x', undefined, '/docs;x', '/docs;x'],
    ['*', '*', undefined, '/%2F%2F', '*'],
    ['', '', undefined, '/%2F%2F', ''],
    ['http://host', '/', undefined, '/', '/'],
    ['http://host?a', '/', 'a', '/?a', '/'],
    ['HTTPS://host:1/docs/', '/docs', undefined, '/docs/', '/docs'],
    ['http://host//', '//', undefined, '/%2F%2F', '//'],
    ['ftp://host/docs', 'ftp://host/docs', undefined, '/%2F%2F', 'ftp://host/docs'],
  ]
  for (const [target, path, query, routed, about] of targets)
    it(`${target || 'nothing'} is ${path}`, () => {
      assert.deepEqual(splitTarget(target)[1], query)
      assert.equal(splitTarget(target)[0].replace(/(?<=\w)\/$/, ''), path)
      assert.equal(routableUrl({ url: target }), routed)
      assert.equal(pathOfTarget(target), about)
    })
})

describe('Allow', () => {
  const all = 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'
  const allowed: [string, string | undefined][] = [
    ['/', 'GET, HEAD, OPTIONS'],
    ['/openapi.json', 'GET, HEAD, OPTIONS'],
    ['/openapiXjson', undefined],
    ['/api/v1/tasks', 'GET, HEAD, OPTIONS, POST'],
    ['/api/v1/tasks/x', 'DELETE, GET, HEAD, OPTIONS, PATCH, PUT'],
    ['/api/v1/tasks/x/complete', 'OPTIONS, PATCH'],
    ['/api/v1/tasks/x/Complete', undefined],
    ['/api/v1/tasks//complete', undefined],
    ['/api/v1/tasks/x/y', undefined],
    ['/api/v1', undefined],
    ['//', undefined],
    ['', undefined],
    ['*', all],
  ]
  for (const [path, methods] of allowed)
    it(`of ${path || 'nothing'} is ${methods}`, () =>
      assert.equal(allowedMethods(path, operationIds), methods))

  it('knows nothing of what is not served', () => {
    assert.equal(allowedMethods('/docs', ['livez']), undefined)
  })
})

it('a template is spelt for the router', () => {
  assert.equal(routePath('/a/{id}/b'), '/a/:id/b')
})
