import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { obstacleIn, policiesInHtml, policiesOf, sourceMatches } from './policy.ts'

const self = new URL('https://shop.example.com/app')
const api = new URL('https://api.example.net/api/v1/tasks')

describe('a source of a content security policy', () => {
  const matching = [
    '*',
    'https:',
    'HTTP:',
    'wss:',
    'api.example.net',
    'API.example.net',
    'http://api.example.net',
    'https://api.example.net',
    'https://api.example.net:443',
    'https://api.example.net:*',
    'https://*.example.net',
    '*.net:443',
    'https://*',
    'https://api.example.net/',
    'https://api.example.net/api/',
    'https://api.example.net/api/v1/tasks',
    'https://api.example.net/%61pi/v1/tasks',
  ]
  const others = [
    "'none'",
    "'self'",
    "'unsafe-inline'",
    'data:',
    'ftp:',
    'example.net',
    '*.api.example.net',
    'https://api.example.net.',
    'https://api.example.net:8443',
    'https://api.example.net:80',
    'https://api.example.net/api',
    'https://api.example.net/api/v1/tasks/',
    'https://api.example.org',
    'https://a*.example.net',
    'https://',
  ]
  for (const source of matching)
    it(`lets through: ${source}`, () => assert.ok(sourceMatches(source, self, api)))
  for (const source of others)
    it(`keeps out: ${source}`, () => assert.ok(!sourceMatches(source, self, api)))

  it('takes the scheme of the page where it names none, and a better one', () => {
    const plain = new URL('http://shop.example.com')
    const [http, https] = ['http://api.example.net', 'https://api.example.net']
    assert.ok(!sourceMatches('api.example.net', self, new URL(http)))
    assert.ok(sourceMatches('api.example.net', plain, new URL(http)))
    assert.ok(sourceMatches('api.example.net', plain, new URL(https)))
  })

  it('means the page itself, by a better scheme too, but no other port', () => {
    const plain = new URL('http://shop.example.com')
    assert.ok(sourceMatches("'self'", self, new URL('https://shop.example.com/x')))
    assert.ok(sourceMatches("'self'", plain, new URL('https://shop.example.com')))
    assert.ok(!sourceMatches("'self'", self, plain))
    assert.ok(!sourceMatches("'self'", self, new URL('https://shop.example.com:8443')))
  })

  it('knows no address but 127.0.0.1', () => {
    const page = new URL('http://localhost:3000')
    const at = (host: string) => new URL(`http://${host}:8000/`)
    assert.ok(sourceMatches('http://127.0.0.1:8000', page, at('127.0.0.1')))
    assert.ok(sourceMatches('http://localhost:8000', page, at('localhost')))
    assert.ok(!sourceMatches('http://192.0.2.1:8000', page, at('192.0.2.1')))
  })
})

describe('content security policies', () => {
  const obstacle = (...headers: string[]) =>
    obstacleIn(headers.flatMap(policiesOf), self, api)?.name

  it('let everything through where they do not speak of connections', () => {
    assert.equal(obstacle(), undefined)
    assert.equal(obstacle("script-src 'self'; frame-ancestors 'none'"), undefined)
  })

  it('fall back on default-src only where there is no connect-src', () => {
    assert.equal(obstacle("default-src 'self'"), 'default-src')
    assert.equal(obstacle("default-src 'self'; connect-src https://api.example.net"), undefined)
    assert.equal(obstacle("default-src *; Connect-Src 'self'"), 'connect-src')
    assert.equal(obstacle('default-src *; connect-src'), 'connect-src')
    assert.equal(obstacle("connect-src *; connect-src 'none'"), undefined)
  })

  it('must all let it through', () => {
    assert.equal(obstacle('connect-src *', "connect-src 'self'"), 'connect-src')
    assert.equal(obstacle("connect-src *, default-src 'none'"), 'default-src')
  })

  it('take the origin away in a sandbox', () => {
    assert.equal(obstacle('sandbox allow-scripts'), 'sandbox')
    assert.equal(obstacle('sandbox allow-scripts allow-same-origin'), undefined)
  })

  it('are found in documents, but not in comments or bodies', () => {
    const meta = (content: string) =>
      `<meta charset="utf-8"><META content='${content}' data-x="a>b" http-equiv=Content-Security-Policy>`
    const found = policiesInHtml(
      `<head>${meta('sandbox; connect-src &#39;self&#39; a.example')}</head>`,
    )
    assert.deepEqual(found, [[{ name: 'connect-src', values: ["'self'", 'a.example'] }]])
    assert.deepEqual(policiesInHtml(`<!-- ${meta('connect-src x')} -->`), [])
    assert.deepEqual(policiesInHtml(`<head></head><body>${meta('connect-src x')}`), [])
    assert.deepEqual(policiesInHtml('<meta name="description" content="connect-src x">'), [])
  })
})
