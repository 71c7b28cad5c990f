import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSeedFile } from '@sap2/config';

const AGREEMENT = {
  serviceID: 'wv:@operator.example',
  sharedSecret: 'hunter2-hunter2-hunter2',
  domains: ['provider.example'],
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seed-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function readText(text: string, env = {}) {
  const path = join(folder, 'seed.json');
  await writeFile(path, text);
  return readSeedFile(path, env);
}

async function faultsIn(content: unknown, env = {}): Promise<readonly string[]> {
  return (await readText(typeof content === 'string' ? content : JSON.stringify(content), env)).faults;
}

describe('a seed file', () => {
  it('holds domains, agreements, users and administrators', async () => {
    const seed = {
      domains: [
        {
          name: 'provider.example',
          spInfo: {
            name: 'Provider',
            description: 'A provider.',
            url: 'https://provider.example/',
            logo: { contentType: 'image/png', content: 'iVBORw0KGgo=' },
          },
          services: ['IMFeat', 'GETSPI'],
        },
      ],
      agreements: [
        {
          ...AGREEMENT,
          ownServiceID: 'wv:@provider.example',
          callbackUrl: 'http://127.0.0.1:9000/ssp',
          answerMode: 'callback',
          digestSchemas: ['HMAC-SHA-256', 'MD5'],
          namespace: 'http://www.openmobilealliance.org/DTD/IMPS-SSP1.3',
          services: ['IMFeat'],
          allowPasswordOverHttp: true,
          enabled: false,
          requiredTransport: 'any',
          clientCertificates: ['dns:sap1.operator.example'],
          sourceAddresses: ['192.0.2.0/24'],
          allowUnprotected: false,
          sessionLife: 'until-replaced',
          limits: { inFlight: 10 },
          validFrom: '2027-01-01T00:00:00Z',
          validUntil: '2028-01-01T00:00:00Z',
        },
      ],
      users: [{ userID: 'wv:alice@provider.example', password: 'secret' }],
      administrators: [
        { name: 'root', token: 'let-me-in-let-me-in', scopes: ['read'], expiresAt: '2099-01-01T00:00:00Z' },
      ],
    };
    await expect(readText(JSON.stringify(seed))).resolves.toEqual({ seed, faults: [] });
  });

  it('fills in what an agreement leaves out with what is safe', async () => {
    const read = await readText(JSON.stringify({ agreements: [AGREEMENT] }));
    expect(read).toEqual({
      faults: [],
      seed: {
        domains: [],
        users: [],
        administrators: [],
        agreements: [
          {
            ...AGREEMENT,
            answerMode: 'inline',
            digestSchemas: ['HMAC-SHA-256'],
            namespace: 'http://www.openmobilealliance.org/DTD/WV-SSP1.3',
            allowPasswordOverHttp: false,
            enabled: true,
            requiredTransport: 'any',
            clientCertificates: [],
            sourceAddresses: [],
            allowUnprotected: false,
            sessionLife: 'time-to-live',
            limits: {},
          },
        ],
      },
    });
  });
});

describe('a seed file whose secrets are in the environment', () => {
  const { sharedSecret, ...agreement } = AGREEMENT;

  it('has them from the variables that it names', async () => {
    const file = {
      agreements: [{ ...agreement, sharedSecretEnv: 'OF_OPERATOR' }],
      users: [{ userID: 'wv:alice@provider.example', passwordEnv: 'OF_ALICE' }],
      administrators: [{ name: 'root', tokenEnv: 'OF_ROOT' }],
    };
    const env = { OF_OPERATOR: sharedSecret, OF_ALICE: 'wonderland', OF_ROOT: 'let-me-in-let-me-in' };
    const { seed, faults } = await readText(JSON.stringify(file), env);
    expect(faults).toEqual([]);
    expect(seed.agreements).toEqual([expect.objectContaining({ sharedSecret })]);
    expect(seed.users).toEqual([{ userID: 'wv:alice@provider.example', password: 'wonderland' }]);
    expect(seed.administrators).toEqual([expect.objectContaining({ token: 'let-me-in-let-me-in' })]);
  });

  it('gets a report of each variable that does not give one, beside all other faults', async () => {
    const file = {
      agreements: [
        { ...agreement, sharedSecretEnv: 'NOT_SET' },
        { ...AGREEMENT, serviceID: 'wv:@both.example', sharedSecretEnv: 'OF_OPERATOR' },
        { ...agreement, serviceID: 'wv:@short.example', sharedSecretEnv: 'TOO_SHORT', colour: 'red' },
      ],
      users: [{ userID: 'wv:alice@provider.example', passwordEnv: 7 }],
      administrators: [{ name: 'root', tokenEnv: 'EMPTY' }],
    };
    const faults = await faultsIn(file, { OF_OPERATOR: sharedSecret, TOO_SHORT: 'hunter2', EMPTY: '' });
    expect(faults).toEqual([
      'agreements[0].sharedSecret: the variable NOT_SET is not set',
      'agreements[1].sharedSecret: sharedSecretEnv cannot stand beside it',
      'users[0].password: passwordEnv must name a variable',
      'administrators[0].token: the variable EMPTY is not set',
      'agreements[2].sharedSecret: must have at least 16 characters',
      'agreements[2].colour: there is no such field',
    ]);
    expect(faults.join()).not.toContain('hunter2');
  });
});

describe('the sample seed in README.md', () => {
  it('has no fault', async () => {
    const readme = await readFile('README.md', 'utf8');
    const sample = /```json\n([^]*?)```/.exec(readme)?.[1] ?? '';
    expect(sample).toContain('administrators');
    expect(await faultsIn(sample)).toEqual([]);
  });
});

describe('a faulty seed file', () => {
  it('gets a report of every fault with its entry, without a secret', async () => {
    const faults = await faultsIn({
      domains: [{ name: 'provider example' }, { name: 'b.example', spInfo: { logo: { content: '%' } } }],
      agreements: [
        { ...AGREEMENT, sharedSecret: 7, anwserMode: 'inline' },
        { ...AGREEMENT, answerMode: 'pigeon', callbackUrl: 'ftp://operator.example/', digestSchemas: [] },
        { ...AGREEMENT, enabled: 'yes', services: ['GET SPI'] },
      ],
      users: [
        { userID: 'alice', password: 'hunter2'.repeat(50) },
        { userID: 'wv:bob@provider.example' },
        'hunter2',
      ],
      administrators: { name: 'root' },
      comment: 'none',
    });
    expect(faults).toEqual([
      'domains[0].name: must have the form provider.example',
      'domains[1].spInfo.name: is missing',
      'domains[1].spInfo.logo.content: must be base64',
      'agreements[0].sharedSecret: must be of type string',
      'agreements[0].anwserMode: there is no such field',
      'agreements[1].callbackUrl: must be an http or https address without a user, a password or a fragment',
      'agreements[1].answerMode: must be one of inline, callback',
      'agreements[1].digestSchemas: must not be empty',
      'agreements[2].enabled: must be of type boolean',
      'agreements[2].services[0]: must be a name of the service tree, such as GETSPI',
      'users[0].userID: must have the form wv:alice@provider.example',
      'users[1].password: is missing',
      'users[2]: must be of type object',
      'administrators: must be of type array',
      'comment: there is no such field',
    ]);
    expect(faults.join()).not.toContain('hunter2');
  });

  it('gets a report of its faults, together with contradictions and duplicates elsewhere in it', async () => {
    const faults = await faultsIn({
      agreements: [
        { ...AGREEMENT, sharedSecret: 'x' },
        { ...AGREEMENT, serviceID: 'wv:@field.example', digestSchemas: ['MD5'] },
        { ...AGREEMENT, serviceID: 'wv:@meant.example', digestSchemas: ['MD5'], allowUnprotected: true },
      ],
      users: [
        { userID: 'alice@provider.example', password: 'hunter2' },
        { userID: 'Alice@provider.example', password: 'hunter2' },
      ],
      administrators: [
        { name: 'root', token: 'x' },
        { name: 'a b', token: 'let-me-in-let-me-in', expiresAt: '0000-01-01T00:00:00Z' },
        { name: 'toor', token: 'let me in let me in' },
      ],
    });
    expect(faults).toEqual([
      'agreements[0].sharedSecret: must have at least 16 characters',
      expect.stringMatching(/^agreements\[1\]\.sourceAddresses: must name the networks of the peer .*MD5/),
      'administrators[0].token: must have at least 16 characters',
      'administrators[1].name: must be 1 to 64 letters, digits, "_", "-", "." or "@"',
      'administrators[1].expiresAt: must be a time from 1970 to 9999',
      'administrators[2].token: must be of visible ASCII characters, without spaces',
      'users[1].userID: is that of users[0]',
    ]);
  });

  it('has no callback mode without a callback address', async () => {
    await expect(faultsIn({ agreements: [{ ...AGREEMENT, answerMode: 'callback' }] })).resolves.toEqual([
      'agreements[0].callbackUrl: is missing, and answerMode "callback" needs it',
    ]);
  });

  it('names what stands in it twice, however it is spelt', async () => {
    const faults = await faultsIn({
      domains: [{ name: 'provider.example' }, { name: 'b.example' }, { name: 'PROVIDER.example.' }],
      agreements: [AGREEMENT, { ...AGREEMENT, serviceID: '@Operator.Example' }],
      users: [
        { userID: 'wv:alice@provider.example', password: 'a' },
        { userID: 'Alice@provider.example', password: 'b' },
      ],
      administrators: [
        { name: 'root', token: 'hunter2-hunter2-hunter2' },
        { name: 'root', token: 'another-one-of-them' },
        { name: 'toor', token: 'hunter2-hunter2-hunter2' },
      ],
    });
    expect(faults).toEqual([
      'domains[2].name: is that of domains[0]',
      'agreements[1].serviceID: is that of agreements[0]',
      'users[1].userID: is that of users[0]',
      'administrators[1].name: is that of administrators[0]',
      'administrators[2].token: is that of administrators[0]',
    ]);
  });

  it.each([
    'http://user:pw@operator.example/',
    'http://operator.example/#here',
    'javascript:alert(1)',
    'operator.example',
    'http://',
    '//127.0.0.1/',
    'http://a b/',
    'http://127.0.0.1:99999/',
    'http:127.0.0.1',
    ' http://127.0.0.1/',
    'http://127.0.0.1/\n',
  ])('does not take %s for a callback address', async (callbackUrl) => {
    await expect(faultsIn({ agreements: [{ ...AGREEMENT, callbackUrl }] })).resolves.toEqual([
      expect.stringMatching(/^agreements\[0\]\.callbackUrl: must be an http or https address/),
    ]);
  });

  it('that is no JSON gets a report with line and column', async () => {
    await expect(faultsIn('{\n  "users": [\n    { "password": hunter2 }\n  ]\n}')).resolves.toEqual([
      'line 3, column 19: expected a value',
    ]);
  });

  it('that is JSON of another kind gets a report of that', async () => {
    await expect(faultsIn('[]')).resolves.toEqual(['the file: must be of type object']);
    await expect(faultsIn('{"__proto__": {}}')).resolves.toEqual(['__proto__: there is no such field']);
  });

  it('that is not there, or too large, is a fault and no exception', async () => {
    await expect(readSeedFile(join(folder, 'none.json'), {})).resolves.toEqual({
      seed: { domains: [], agreements: [], users: [], administrators: [] },
      faults: ['the file: cannot be read (ENOENT)'],
    });
    await expect(faultsIn(' '.repeat(16_777_217))).resolves.toEqual([
      'the file: must not be larger than 16777216 bytes',
    ]);
  });
});
