import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { newInstance, servingInstance } from '../instances.ts'
import { errorIn } from '../output.ts'
import { NotDone, type Step } from '../step.ts'
import { allowedOrigins, variablesFor } from '../variables.ts'
import { ownCommand } from './own-command.ts'
import { reportIn, runSuite } from './suite.ts'

const keySet: Step = {
  name: 'verification, key set',
  promised: 'every check of the suite passes from outside, over TLS and through the edge',
  needs: ['steady load'],
  run: async (context) => {
    await servingInstance(context)
    return runSuite(context, 'key set', resolve(context.options.out))
  },
}

const browser: Step = {
  name: 'browser',
  promised: 'a real browser lets pages of the frontend do all they need and others nothing',
  needs: ['steady load'],
  run: async (context) => {
    await servingInstance(context)
    const { code, text } = await ownCommand(context, 'verification/browser.ts', {
      TARGET_URL: context.edge.plainUrl,
      ALLOWED_ORIGINS: allowedOrigins(context)[0],
      CHROMIUM_PATH: process.env.CHROMIUM_PATH,
      VERIFY_LEVEL: 'users',
      TOKEN_A: await context.issuer.tokenFor('browser-a'),
      TOKEN_B: await context.issuer.tokenFor('browser-b'),
    })
    const lines = text.trim().split('\n')
    const findings = lines.filter((line) => /^(FAIL|UNTESTED) /.test(line))
    if (code === 0) return `${lines.at(-1)}; without TLS, for it would not believe our authority`
    if (code === 2) throw new NotDone(findings[0] ?? lines.at(-1))
    throw new Error(findings.join('; ') || lines.at(-1))
  },
}

const audit: Step = {
  name: 'audit',
  promised: 'the report of this run and nothing else is its live evidence',
  needs: ['verification, key set'],
  run: async (context) => {
    const out = resolve(context.options.out)
    const command = `decisions/audit/run.ts --report ${out} --into ${out}`
    const { code, text } = await ownCommand(context, command)
    if (code !== 0) throw new Error(errorIn(text))
    const written = readFileSync(join(out, 'audit.md'), 'utf8')
    const [sentence = ''] = /^Live checks: .*$/m.exec(written) ?? []
    if (!sentence.includes(reportIn(out).run.startedAt))
      throw new Error(`it is not of this run: ${sentence}`)
    return sentence.split(', by the run')[0] ?? ''
  },
}

const sharedSecret: Step = {
  name: 'verification, shared secret',
  promised: 'an instance that is given BETTER_AUTH_SECRET instead passes every check as well',
  needs: ['steady load'],
  run: async (context) => {
    const { edge, options } = context
    const instance = await newInstance(context, variablesFor(context, 'shared secret'))
    try {
      edge.route(instance.port)
      return await runSuite(context, 'shared secret', join(resolve(options.out), 'shared-secret'))
    } finally {
      if (context.serving) edge.route(context.serving.port)
      await instance.program.kill()
    }
  },
}

export const verifySteps: readonly Step[] = [keySet, browser, audit, sharedSecret]
