import { taskStoreContract } from '../../application/ports/owned-tasks.contract.ts'
import { memoryTasks } from './memory-tasks.ts'

const store = memoryTasks()
taskStoreContract('memory', () => store)
