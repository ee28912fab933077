import type { Bundle } from '../bundle.ts'
import { isUnseen, type MutantResult } from '../suite-run.ts'
import { type MutableService, mutableService } from './mutable-service.ts'
import type { Order } from './service.ts'

type Serving = Pick<MutableService, 'ended'> & { port: number }

/** Has a service composed and used. One that does not come to serve is a result too. */
export type Serve = (
  order: Order,
  isStatic: boolean,
  use: (service: Serving) => Promise<MutantResult>,
) => Promise<MutantResult>

/** Processes that serve one mutant after the other. */
export const servicePool = (program: Bundle) => {
  const idle: MutableService[] = []

  const serveBy = async (
    service: MutableService,
    order: Order,
    use: Parameters<Serve>[2],
  ): Promise<MutantResult | undefined> => {
    const { port } = await service.compose(order).catch(() => ({ port: undefined }))
    return port === undefined ? undefined : use({ port, ended: service.ended })
  }

  /** In a new process, which a mutant that works while modules are loaded needs. */
  const serveAnew: Serve = async (order, isStatic, use) => {
    const service = mutableService(program, isStatic ? order.mutant : '')
    const result = await serveBy(service, order, use)
    if (result && !isStatic && isHarmless(result)) idle.push(service)
    else service.kill()
    return result ?? { outcome: 'runtime error', by: [] }
  }

  const serve: Serve = async (order, isStatic, use) => {
    const service = isStatic ? undefined : idle.pop()
    const result = service && (await serveBy(service, order, use))
    if (service && result && isHarmless(result)) idle.push(service)
    else service?.kill()
    // Whatever keeps it from serving may be left from the mutant before.
    return result ?? serveAnew(order, isStatic, use)
  }

  return {
    serve,
    serveAnew,
    close: () => {
      for (const service of idle) service.kill()
    },
  }
}

/** Whether the process can serve another mutant after it. */
const isHarmless = (result: MutantResult): boolean =>
  isUnseen(result) || result.outcome === 'killed'
