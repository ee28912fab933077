import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connectionTarget, isPoolerHost } from './connection-url.ts'
import { isPrivateHost } from './hosts.ts'

const neon = 'postgresql://app:pw@ep-x-pooler.eu-central-1.aws.neon.tech/main'
const production = { production: true }
const development = { production: false }

describe('a database URL', () => {
  test('is taken apart and decoded', () => {
    const url = 'postgres://us%40er:p%2Fa%3As%25@DB.example.com:6543/na%20me'
    assert.deepEqual(connectionTarget(url, production), {
      host: 'db.example.com',
      port: 6543,
      database: 'na me',
      user: 'us@er',
      password: 'p/a:s%',
      tls: { rejectUnauthorized: true, servername: 'db.example.com', host: 'db.example.com' },
      directTls: false,
    })
  })

  test('needs no port and no password', () => {
    const target = connectionTarget('postgres://app@localhost/main', development)
    assert.deepEqual([target.port, target.password, target.tls], [5432, '', false])
  })

  test('with an IPv6 address checks the address without sending it as a server name', () => {
    const { host, tls } = connectionTarget('postgres://app@[2001:db8::1]/main', production)
    assert.equal(host, '2001:db8::1')
    assert.deepEqual(tls, { rejectUnauthorized: true, servername: '', host: '2001:db8::1' })
  })

  test('takes the given certificate along', () => {
    const { tls } = connectionTarget(neon, { production: true, ca: 'PEM' })
    assert.equal(tls ? tls.ca : tls, 'PEM')
  })

  test('may carry every harmless parameter', () => {
    const url = `${neon}?channel_binding=require&pgbouncer=true&connect_timeout=15&pool_timeout=9&connection_limit=1&application_name=x&sslmode=require&sslrootcert=system`
    assert.deepEqual(connectionTarget(url, production), connectionTarget(neon, production))
  })

  test('asks for direct TLS by sslnegotiation=direct', () => {
    assert.equal(connectionTarget(`${neon}?sslnegotiation=direct`, production).directTls, true)
    assert.equal(connectionTarget(`${neon}?sslnegotiation=postgres`, production).directTls, false)
    const local = connectionTarget('postgres://a@localhost/b?sslnegotiation=direct', development)
    assert.ok(local.tls && local.directTls)
  })

  test('asks for verified TLS by sslrootcert=system', () => {
    assert.ok(connectionTarget('postgres://a@localhost/b?sslrootcert=system', development).tls)
  })
})

const modes = ['', 'disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']
const query = (mode: string) => (mode === '' ? '' : `?sslmode=${mode}`)

describe('TLS in production is verified', () => {
  for (const host of [
    'db.example.com',
    'localhost',
    '127.0.0.1',
    '[::1]',
    '10.0.0.5',
    'db.internal',
  ])
    for (const mode of modes)
      test(`on ${host} with sslmode ${mode || 'absent'}`, () => {
        const { tls } = connectionTarget(`postgres://a:b@${host}/c${query(mode)}`, production)
        assert.ok(tls)
        assert.equal(tls.rejectUnauthorized, true)
        assert.equal(tls.host, host.replace(/[[\]]/g, ''))
      })
})

describe('TLS elsewhere', () => {
  for (const mode of modes) {
    const plain = ['', 'disable', 'allow', 'prefer'].includes(mode)
    test(`with sslmode ${mode || 'absent'} is ${plain ? 'left out' : 'verified'} on private hosts`, () => {
      for (const host of ['localhost', '127.0.0.1', '[::1]', '192.168.1.9', 'db', 'pg.local']) {
        const { tls } = connectionTarget(`postgres://a@${host}/c${query(mode)}`, development)
        assert.equal(tls === false, plain, host)
        if (tls) assert.equal(tls.rejectUnauthorized, true)
      }
    })
    test(`with sslmode ${mode || 'absent'} is verified on public hosts`, () => {
      for (const host of ['db.example.com', '8.8.8.8', '172.32.0.1', 'localhost.example.com']) {
        const { tls } = connectionTarget(`postgres://a@${host}/c${query(mode)}`, development)
        assert.equal(tls ? tls.rejectUnauthorized : tls, true, host)
      }
    })
  }
})

const refused: Record<string, [url: string, message: RegExp]> = {
  'another scheme': ['mysql://u:hunter2@h/d', /start with postgres/],
  'no scheme': ['u:hunter2@h/d', /start with postgres/],
  'no user': ['postgres://h/d', /no user/],
  'an empty user': ['postgres://:hunter2@h/d', /no user/],
  'no host': ['postgres://u:hunter2@/d', /valid URL|no host/],
  'no database': ['postgres://u:hunter2@h', /no database/],
  'no database but a slash': ['postgres://u:hunter2@h/', /no database/],
  'a longer path': ['postgres://u:hunter2@h/d/hunter2', /several segments/],
  'a bad port': ['postgres://u:hunter2@h:99999/d', /valid URL/],
  'port 0': ['postgres://u:hunter2@h:0/d', /port 0/],
  'several hosts': ['postgres://u:hunter2@h1,h2/d', /several hosts/],
  'several hosts and ports': ['postgres://u:hunter2@h1:5432,h2:5432/d', /several hosts/],
  'a socket for a host': ['postgres://u:hunter2@%2Fvar%2Frun/d', /plain host/],
  'an inner line end': ['postgres://u:hunter2\n@h/d', /white space/],
  'a fragment': ['postgres://u:pw@h/d#hunter2', /#/],
  'a raw slash in the password': ['postgres://u:1/hunter2@h/d', /percent-encoded/],
  'a raw ? in the password': ['postgres://u:1?hunter2=a@h/d', /percent-encoded/],
  'a raw @ and ? in the password': ['postgres://u:1@x/y?hunter2=a@h/d', /percent-encoded/],
  'malformed percent-encoding': ['postgres://u:hunter2%ZZ@h/d', /password: encode % as %25/],
  'an unknown parameter': ['postgres://u:p@h/d?statement_timeout=hunter2', /statement_timeout/],
  'options, which PgBouncer refuses': ['postgres://u:p@h/d?options=hunter2', /parameter options/],
  'max, a pool of one slot in the driver': ['postgres://u:p@h/d?max=hunter2', /parameter max/],
  'a host as a parameter': ['postgres://u:p@h/d?host=hunter2', /parameter host/],
  'a known parameter in another case': ['postgres://u:p@h/d?SSLMODE=hunter2', /SSLMODE/],
  'an unprintable parameter': ['postgres://u:p@h/d?hunter2%20x=1', /no plain name/],
  'a parameter twice': ['postgres://u:p@h/d?sslmode=require&sslmode=hunter2', /sslmode twice/],
  'an unknown sslmode': ['postgres://u:p@h/d?sslmode=hunter2', /sslmode other than disable/],
  'an empty sslmode': ['postgres://u:p@h/d?sslmode=', /sslmode other than/],
  'an unknown sslnegotiation': ['postgres://u:p@h/d?sslnegotiation=hunter2', /sslnegotiation/],
  'a certificate file': ['postgres://u:p@h/d?sslrootcert=/hunter2', /DATABASE_CA/],
}

describe('a database URL is refused, without a word of it, for', () => {
  for (const [name, [url, message]] of Object.entries(refused))
    test(name, () => {
      for (const rules of [production, development])
        assert.throws(
          () => connectionTarget(url, rules),
          (error: Error) => {
            assert.match(error.message, message)
            assert.doesNotMatch(error.message, /hunter2|\n/)
            return true
          },
        )
    })
})

test('a pooler is known by the end of a label', () => {
  for (const host of ['ep-x-pooler.eu.aws.neon.tech', 'EP-X-POOLER.eu.neon.tech', 'x-pooler'])
    assert.equal(isPoolerHost(host), true, host)
  for (const host of ['ep-x.eu.aws.neon.tech', 'ep-pooler-x.neon.tech', 'pooler.example.com'])
    assert.equal(isPoolerHost(host), false, host)
})

test('private hosts are those that the internet cannot name', () => {
  const inside = ['localhost', 'a.localhost', '127.8.8.8', '0.0.0.0', '::', '::ffff:10.0.0.1']
  inside.push(
    'fd00::1',
    'fe80::1',
    '169.254.169.254',
    '100.64.0.1',
    '172.31.0.1',
    'db',
    'a.internal',
  )
  for (const host of inside) assert.equal(isPrivateHost(host), true, host)
  const outside = ['example.com', '8.8.8.8', '172.32.0.1', '100.128.0.1', '2001:db8::1', '11.0.0.1']
  outside.push('local.example.com', 'notlocalhost.com', 'internal.io')
  for (const host of outside) assert.equal(isPrivateHost(host), false, host)
})
