import { describe, expect, it } from '@jest/globals';
import {
  createEventLog,
  type EventFields,
  type EventLog,
  type EventLogOptions,
  sessionTag,
} from '@sap2/observability';

const SESSION_ID = '07Zk3uYq9TnB1xR5wL8vC2mD6e';
const NONCE = 'e6b68ebd81309d538357e39e2fba3204';
const DIGEST = 'R6C0q/NgsL/bHoQa1IxATvpy0CQ=';
const PASSWORD = 'correct horse';

function capture(level: EventLogOptions['level'] = 'debug', isTTY = false) {
  const lines: string[] = [];
  const log = createEventLog({ level, output: { isTTY, write: (line: string) => lines.push(line) } });
  const said = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;
  return { log, lines, said };
}

/** What a careless caller, or a spread object, brings past the compiler. */
const careless = (fields: unknown): EventFields => fields as EventFields;

describe('an event', () => {
  it('is one JSON line with its name, level, time and fields', () => {
    const { log, lines, said } = capture();
    log.event('login', { peer: 'wv:@operator.example', transactionId: 'e7-42', code: 200, durationMs: 12.5 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    expect(said()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      pid: process.pid,
      event: 'login',
      peer: 'wv:@operator.example',
      transactionId: 'e7-42',
      code: 200,
      durationMs: 12.5,
    });
  });

  it.each<[keyof EventLog, string]>([
    ['debug', 'debug'],
    ['event', 'info'],
    ['warn', 'warn'],
    ['error', 'error'],
  ])('said with %s has level %s', (method, level) => {
    const { log, said } = capture();
    log[method]('something');
    expect(said()).toMatchObject({ level, event: 'something' });
  });

  it('below the level of the log is not said', () => {
    const { log, lines } = capture('warn');
    log.debug('quiet');
    log.event('quiet');
    expect(lines).toEqual([]);
  });

  it('leaves out what is undefined or of another kind than its field', () => {
    const { log, said } = capture();
    log.event(
      'login',
      careless({ peer: undefined, code: '200', count: Number.NaN, outcome: { text: 'ok' } }),
    );
    expect(Object.keys(said())).toEqual(['level', 'time', 'pid', 'event']);
  });

  it('with an anchor of the audit tells all of it, and nothing that has not its form', () => {
    const { log, lines, said } = capture();
    const anchor = {
      installation: '7b0c3c1e-61a5-4c5c-9a0e-0a1b2c3d4e5f',
      seq: 7,
      hash: '0123456789abcdef'.repeat(4),
      at: '2027-01-31T00:00:00.000Z',
      signedAt: '2027-01-31T00:05:00.000Z',
      key: 'k1',
      mac: 'fedcba9876543210'.repeat(4),
    };
    log.event('signed', careless({ anchor: { ...anchor, password: PASSWORD } }));
    expect(said()['anchor']).toEqual(anchor);
    for (const wrong of [{ ...anchor, key: PASSWORD }, { ...anchor, seq: '7' }, { seq: 7 }, PASSWORD, null]) {
      log.event('signed', careless({ anchor: wrong }));
      expect(said()).not.toHaveProperty('anchor');
    }
    expect(lines.join('')).not.toContain(PASSWORD);
    const terminal = capture('debug', true);
    terminal.log.event('signed', { anchor });
    expect(terminal.lines[0]).toContain(`signed anchor=${JSON.stringify(anchor)}\n`);
  });

  it('with another field does not compile', () => {
    const { log, said } = capture();
    // @ts-expect-error -- `password` is no field of an event
    log.event('login', { password: PASSWORD });
    expect(said()).not.toHaveProperty('password');
  });
});

describe('V8: no secret gets into the log', () => {
  const secrets = [SESSION_ID, NONCE, DIGEST, PASSWORD];
  const expectNoSecretIn = (lines: readonly string[]): void => {
    expect(lines.length).toBeGreaterThan(0);
    for (const secret of secrets) expect(lines.join('')).not.toContain(secret);
  };

  it('unknown fields are dropped, whatever they are called', () => {
    const { log, lines, said } = capture();
    const request = {
      password: PASSWORD,
      digestBytes: DIGEST,
      nonce: NONCE,
      token: NONCE,
      userSessionID: SESSION_ID,
    };
    log.event(
      'login',
      careless({ ...request, request, toJSON: () => request, __proto__: request, outcome: 'ok' }),
    );
    expectNoSecretIn(lines);
    expect(said()).toMatchObject({ outcome: 'ok' });
    expect(Object.keys(said())).toEqual(['level', 'time', 'pid', 'event', 'outcome']);
  });

  it('a session is named by the first 6 characters of its id, even where the whole id was given', () => {
    const { log, lines, said } = capture();
    log.event('renewed', { session: sessionTag(SESSION_ID) });
    log.event('renewed', careless({ session: SESSION_ID }));
    expectNoSecretIn(lines);
    expect(said()).toMatchObject({ session: '07Zk3u' });
  });

  it.each([
    ['a session id', `no session ${SESSION_ID} here`],
    ['a nonce', `nonce ${NONCE} used twice`],
    ['a digest', `${DIGEST} does not match`],
    ['a password by its name', `{"password": "${PASSWORD}"}`],
    ['a password in XML', `<UserLoginRequest><Password>${PASSWORD}</Password></UserLoginRequest>`],
    ['a header', `authorization: ${NONCE}, Bearer ${NONCE}`],
  ])('%s in free text is masked', (_, detail) => {
    const { log, lines } = capture();
    log.event('odd', { detail, outcome: detail, peer: detail });
    log.warn('odd', { error: new Error(detail, { cause: new Error(detail) }) });
    log.error('odd', { error: new Error(detail) });
    log.event(detail);
    expectNoSecretIn(lines);
  });

  it('a password within an address is masked and the address is kept', () => {
    const { log, said } = capture();
    log.warn('store_unavailable', { detail: 'postgres://sap2:hunter2@db.example:5432/sap2 refused' });
    expect(said()['detail']).toBe('postgres://***@db.example:5432/sap2 refused');
  });

  it('properties of an error are not said: they may hold a statement and its parameters', () => {
    const { log, lines, said } = capture();
    const error = Object.assign(new TypeError('connection lost'), {
      code: 'ECONNRESET',
      parameters: [PASSWORD],
      command: { args: [SESSION_ID] },
    });
    log.warn('store_unavailable', { error });
    expectNoSecretIn(lines);
    expect(said()['error']).toEqual({ name: 'TypeError', message: 'connection lost', code: 'ECONNRESET' });
  });

  it('ordinary words, paths, hosts and transaction ids are left as they are', () => {
    const { log, said } = capture();
    const plain = {
      detail:
        'PostgreSQL 15 found in /usr/lib/postgresql/15/bin, UserDisconnectRequest to sap1.operator.example',
      transactionId: '4f9d3a5c-2f55-4a2e-9d56-d2a2c33a9f10',
      outcome: 'a-rather-long-outcome-of-several-words',
    };
    log.event('odd', plain);
    expect(said()).toMatchObject(plain);
  });
});

describe('an error', () => {
  it('keeps its stack only as a defect', () => {
    const { log, said } = capture();
    log.warn('store_unavailable', { error: new Error('away') });
    expect(said()['error']).toEqual({ name: 'Error', message: 'away' });
    log.error('defect', { error: new Error('impossible') });
    expect(said()['error']).toMatchObject({ message: 'impossible', stack: expect.stringMatching(/^ +at /) });
  });

  it('tells why it came about', () => {
    const { log, said } = capture();
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    log.warn('a', { error: new Error('no database', { cause: refused }) });
    expect(said()['error']).toMatchObject({ message: 'no database (cause: connect ECONNREFUSED)' });
    log.warn('b', { error: new AggregateError([refused], '') });
    expect(said()['error']).toMatchObject({ name: 'AggregateError', message: 'connect ECONNREFUSED' });
  });

  it('that is none is named by its type alone', () => {
    const { log, said } = capture();
    log.error('defect', { error: PASSWORD });
    expect(said()['error']).toEqual({ name: 'NotAnError', message: 'string' });
  });

  it('that causes itself does not hold the log up', () => {
    const { log, said } = capture();
    const error = new Error('round');
    error.cause = error;
    log.warn('odd', { error });
    expect(said()['error']).toMatchObject({ message: expect.stringContaining('round (cause: round') });
  });
});

describe('text in an event', () => {
  it('cannot forge a line or drive a terminal', () => {
    const { log, lines } = capture('debug', true);
    log.event('odd', { transactionId: 'e7\n12:00:00 error fire', detail: '\u001b[2J\u0085gone' });
    expect(lines.join('').match(/\n/g)).toHaveLength(1);
    expect(lines.join('')).not.toContain('\u001b');
  });

  it('is cut where it is too long', () => {
    const { log, said } = capture();
    log.event('odd', { detail: 'so '.repeat(5000), transactionId: 'x'.repeat(90) });
    expect(String(said()['detail']).length).toBeLessThanOrEqual(501);
    expect(String(said()['transactionId'])).toBe(`${'x'.repeat(50)}…`);
  });
});

describe('on a terminal', () => {
  it('an event is a line for a person', () => {
    const { log, lines } = capture('debug', true);
    log.event('login', { peer: 'wv:@operator.example', outcome: 'taken over', code: 200 });
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} info {2}login peer=wv:@operator\.example outcome="taken over" code=200\n$/,
    );
  });

  it('an error comes last, with its code, and a defect with its frames below', () => {
    const { log, lines } = capture('debug', true);
    log.warn('store_unavailable', {
      error: Object.assign(new Error('away'), { code: 'ECONNREFUSED' }),
      attempt: 3,
    });
    expect(lines[0]).toContain('store_unavailable attempt=3 Error [ECONNREFUSED]: away\n');
    log.error('defect', { error: new Error('impossible') });
    expect(lines[1]).toMatch(/defect Error: impossible\n {4}at /);
  });
});
