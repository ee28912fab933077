import type { TaskChange } from '../../../../../domain/task.ts'
import { mapPage } from '../../../operators/lists.ts'
import { keepingPages, listingBy, type Write } from '../../../operators/overlays.ts'
import { mutants } from '../../mutant.ts'

const isOf = (write: Write, member: keyof TaskChange): boolean =>
  write.kind === 'update' && Object.keys(write.change).join() === member

/** Pages that are kept beside what they were made of. */
export const staleMutants = [
  ...mutants('critical', ['P-06', 'G-25'], {
    'keeps its pages where a task is completed': keepingPages(({ kind }) => kind !== 'complete'),
    'keeps its pages where a title alone changes': keepingPages((it) => !isOf(it, 'title')),
    'keeps its pages where a description alone changes': keepingPages(
      (it) => !isOf(it, 'description'),
    ),
    'keeps its pages where tags alone change': keepingPages((it) => !isOf(it, 'tags')),
    'keeps its pages where several members change': keepingPages(
      (it) => it.kind !== 'update' || Object.keys(it.change).length < 2,
    ),
    'keeps its pages where a task is removed': keepingPages(({ kind }) => kind !== 'remove'),
    'keeps its pages where a task is created': keepingPages(({ kind }) => kind !== 'create'),
  }),
  ...mutants('high', ['P-06', 'G-29'], {
    'keeps one page for all numbers': keepingPages(
      () => true,
      ({ place, ...query }) => ('page' in place ? query : { place, ...query }),
    ),
    'keeps one page for both directions': keepingPages(
      () => true,
      ({ sort: { by }, ...query }) => ({ by, ...query }),
    ),
    'keeps one page for all orders': keepingPages(
      () => true,
      ({ sort: { order }, ...query }) => ({ order, ...query }),
    ),
    'keeps one page for those that are not completed and for all': keepingPages(
      () => true,
      ({ filter: { completed, ...filter }, ...query }) => ({
        ...query,
        filter: { ...filter, ...(completed && { completed }) },
      }),
    ),
    'keeps one page for all sizes': keepingPages(
      () => true,
      ({ perPage: _, ...query }) => query,
    ),
  }),
  ...mutants('high', ['P-06', 'D', 'G-30'], {
    'finds by the tags that tasks were created with': listingBy((task, { tags }) => ({
      ...task,
      tags,
    })),
    'finds no tags that a change has added': listingBy((task, { tags }) => ({
      ...task,
      tags: task.tags.filter((tag) => tags.includes(tag)),
    })),
    'filters by the priorities that tasks were created with': listingBy((task, { priority }) => ({
      ...task,
      priority,
    })),
    'filters by the due dates that tasks were created with': listingBy((task, { dueDate }) => ({
      ...task,
      dueDate,
    })),
    'searches the titles that tasks were created with': listingBy((task, { title }) => ({
      ...task,
      title,
    })),
    'searches the descriptions that tasks were created with': listingBy(
      (task, { description }) => ({ ...task, description }),
    ),
    'leaves out tasks without tags where it sorts by priority': mapPage((tasks, { sort }) =>
      tasks.filter((task) => sort.by !== 'priority' || task.tags.length > 0),
    ),
    'leaves out tasks without a description': mapPage((tasks) =>
      tasks.filter(({ description }) => description !== null),
    ),
  }),
]
