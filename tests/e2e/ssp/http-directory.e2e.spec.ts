import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@sap2/test-support';
import { DIRECTORY_SECRET, HttpUserDirectory } from '../../support/peers/http-user-directory.js';
import type { Answer } from '../../support/peers/raw-sap1.js';
import { describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import {
  DIRECTORY_DOMAIN,
  DirectoryUsers,
  seedWithDirectories,
} from '../../support/service/directory-world.js';

const PASSWORD = 'password-in-the-directory';
const WRONG = 'some-other-password';
const directory = new HttpUserDirectory();
beforeAll(() => directory.start());
afterAll(() => directory.stop());

const world = worldForThisFile({}, () => {
  const userDirectory = { kind: 'http', url: directory.url, deadlineMs: 1_000 };
  return Promise.resolve(seedWithDirectories({ userDirectory, userDirectorySecret: DIRECTORY_SECRET }));
});
const users = new DirectoryUsers(world, PASSWORD);
const PATH = `/domains/${DIRECTORY_DOMAIN}`;

/** New settings begin with a closed circuit. */
let deadlineMs = 1_000;
async function settle(more: object = {}): Promise<void> {
  deadlineMs += 1;
  const userDirectory = { kind: 'http', url: directory.url, deadlineMs, ...more };
  const { status } = await users.admin.ask('PATCH', PATH, { body: { userDirectory } });
  expect(status).toBe(200);
}

beforeEach(() => {
  directory.behaviour = undefined;
});

const refusal = ({ code, tryAgainS }: Answer) => [code, (tryAgainS ?? 0) > 0];

describe('a domain with an HTTP directory', () => {
  it('logs in who the directory knows, by a signed call with the name in its parts', async () => {
    directory.set('alice', PASSWORD);
    expect((await users.named('Alice').logIn()).code).toBe(200);
    expect(directory.asked).toEqual([
      { user: 'alice', userID: `wv:alice@${DIRECTORY_DOMAIN}`, path: '/check' },
    ]);
  });

  it('refuses a wrong password and an unknown user alike, and the log tells them apart', async () => {
    directory.set('bob', PASSWORD);
    const answers = [await users.named('bob', WRONG).logIn(), await users.named('nobody', WRONG).logIn()];
    const shapes = answers.map(({ bytes }) =>
      bytes.replace(/transactionID="[^"]*"/u, '').replaceAll(/bob|nobody/gu, 'the user'),
    );
    expect(answers.map(({ code }) => code)).toEqual([409, 409]);
    expect(shapes[1]).toBe(shapes[0]);
    expect([users.reasons('bob'), users.reasons('nobody')]).toEqual([['wrong-password'], ['unknown-user']]);
  });

  it.each<[string, HttpUserDirectory['behaviour']]>([
    ['answers 500', (_request, response) => response.writeHead(500).end('{"result":"right"}')],
    ['answers 404', (_request, response) => response.writeHead(404).end('{"result":"right"}')],
    ['redirects', (_request, response) => response.writeHead(302, { location: directory.url }).end()],
    ['sends a page', (_request, response) => response.end('<html>right</html>')],
    ['sends another word', (_request, response) => response.end('{"result":true}')],
    ['sends 10 MB', (_request, response) => response.end(`{"result":"right"${' '.repeat(10_000_000)}}`)],
    ['closes the connection', (request) => request.socket.destroy()],
    ['never answers', () => undefined],
    [
      'answers a byte at a time',
      (_request, response) => {
        const drip = setInterval(() => response.write(' '), 50);
        response.on('close', () => clearInterval(drip));
      },
    ],
  ])('answers 503 with a time if the directory %s, and counts no guess', async (_what, behaviour) => {
    await settle();
    directory.set('carol', PASSWORD);
    directory.behaviour = behaviour;
    expect(refusal(await users.named('carol').logIn())).toEqual([503, true]);
    directory.behaviour = undefined;
    expect((await users.named('carol').logIn()).code).toBe(200);
  });

  it('answers 503 if the directory does not accept the signature', async () => {
    const userDirectorySecret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    await users.admin.ask('PATCH', PATH, { body: { userDirectorySecret } });
    expect(refusal(await users.named('carol').logIn())).toEqual([503, true]);
    await users.admin.ask('PATCH', PATH, { body: { userDirectorySecret: DIRECTORY_SECRET } });
    expect((await users.named('carol').logIn()).code).toBe(200);
  });

  it('asks no more after five failures, and comes back by itself', async () => {
    await settle();
    directory.set('dave', PASSWORD);
    directory.behaviour = (_request, response) => response.writeHead(500).end();
    const [failed, resting] = [await users.checks('failed'), await users.checks('resting')];
    for (let login = 0; login < 8; login++)
      expect(refusal(await users.named('dave').logIn())).toEqual([503, true]);
    expect(await users.checks('failed')).toBe(failed + 5);
    expect(await users.checks('resting')).toBe(resting + 3);
    directory.behaviour = undefined;
    await until('the circuit is closed', async () => (await users.named('dave').logIn()).code === 200);
    expect(world.service.log.join('')).toContain('"event":"user_directory_back"');
  });

  it('remembers a right password as long as it may, and no wrong one', async () => {
    await settle({ rememberS: 300 });
    directory.set('erin', PASSWORD);
    expect((await users.named('erin', WRONG).logIn()).code).toBe(409);
    const before = directory.asked.length;
    for (let login = 0; login < 3; login++) expect((await users.named('erin').logIn()).code).toBe(200);
    expect(directory.asked.length).toBe(before + 1);
    expect((await users.named('erin', WRONG).logIn()).code).toBe(409);
    expect(directory.asked.length).toBe(before + 2);
    await settle();
    for (let login = 0; login < 2; login++) expect((await users.named('erin').logIn()).code).toBe(200);
    expect(directory.asked.length).toBe(before + 4);
  });

  it('does not hold up the other domains while it hangs', async () => {
    await settle({ deadlineMs: 3_000 });
    let open = 0;
    directory.behaviour = () => void open++;
    const waiting = Array.from({ length: 40 }, (_, index) => users.named(`hung-${index}`).logIn());
    await until('its places are taken', () => open === 16);
    expect((await world.newUser().logIn()).code).toBe(200);
    expect(open).toBe(16);
    for (const answer of await Promise.all(waiting)) expect(refusal(answer)).toEqual([503, true]);
  });
});

describeLog(world);
