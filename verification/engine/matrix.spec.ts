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
  const names = (some: typeof routes) => some.map(({ name }) => name).join(' ')
  assert.equal(
    names(ownerRoutes),
    'createTask listTasks HEAD listTasks getTask HEAD getTask updateTask putTask completeTask deleteTask',
  )
  assert.equal(names(taskRoutes), 'getTask HEAD getTask updateTask putTask completeTask deleteTask')
})

test('cells are each value on each route, known by their names', () => {
  const cells = cellsOf('key', taskRoutes, ['reused', 'too long']).map(cellName)
  assert.equal(cells.length, 2 * taskRoutes.length)
  assert.equal(cells[0], 'getTask key reused')
})
