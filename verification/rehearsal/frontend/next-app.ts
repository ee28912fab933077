import { readFileSync } from 'node:fs'

/** What the app is made of, to the version. */
export const packages = {
  next: '16.4.6',
  react: '19.2.0',
  'react-dom': '19.2.0',
  'better-auth': '1.7.25',
} as const

/** Kept as text: what the app imports is installed where it is tried, and nowhere here. */
const kept = (name: string): string =>
  readFileSync(new URL(`app/${name}.txt`, import.meta.url), 'utf8')

/** The files of a Next.js app that keeps tasks, by path. */
export const nextApp = (clientPackage: string): Record<string, string> => ({
  'package.json': JSON.stringify({
    name: 'frontend',
    private: true,
    type: 'module',
    dependencies: { ...packages, 'task-ownership-client': `file:${clientPackage}` },
  }),
  'next.config.mjs': kept('next.config.mjs'),
  'app/layout.jsx': kept('layout.jsx'),
  'app/clients.js': kept('clients.js'),
  'app/page.jsx': kept('page.jsx'),
})
