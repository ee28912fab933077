import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operationIds, operations } from '../../adapters/http/contract/contract.ts'
import { cellName, cellsOf, ownerRoutes, routes, taskRoutes } from './matrix.ts'

test('every operation is reached by its method, and by HEAD wherever that is GET', () => {
  const reached = routes.map(({ name, method, operation }) => `${name} ${method} ${operation.path}`)
  for (const id of operationIds) {
    const { method, path } = operations[id]
    assert.ok(reached.includes(`${id} ${method} ${path}`), id)
    const head = reached.includes(`HEAD ${id} HEAD ${path}`)
    assert.equal(head, method === 'GET', `HEAD of ${id}`)
  }
  assert.equal(new Set(reached).size, reached.length)
})

test('what asks for a token is known, and what names a task', () => {
  const ids = (some: typeof routes) => [...new Set(some.map(({ id }) => id))]
  const owned = operationIds.filter((id) => operations[id].access === 'owner')
  assert.deepEqual(ids(ownerRoutes), owned)
  const named = owned.filter((id) => operations[id].path.includes('{id}'))
  assert.deepEqual(ids(taskRoutes), named)
})

test('cells are each value on each route, known by their names', () => {
  const cells = cellsOf('key', taskRoutes, ['reused', 'too long']).map(cellName)
  assert.equal(cells.length, 2 * taskRoutes.length)
  assert.equal(cells[0], 'getTask key reused')
})
