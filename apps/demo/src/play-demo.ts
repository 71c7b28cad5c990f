import { Administrator } from './administrator.js';
import { expectThat } from './demo-failure.js';
import { RestClient } from './rest-client.js';
import type { Said } from './said.js';
import type { Scene, Step } from './scene.js';
import { Screen, type ScreenOptions } from './screen.js';
import { Stage } from './stage.js';
import { administratorsEnd, expiry, logout } from './steps/ends.js';
import { batch, keepAlive } from './steps/keep-alives.js';
import { binaryLogin, login } from './steps/logins.js';
import { negotiation, spInfo } from './steps/questions.js';
import { setUp } from './steps/set-up.js';

const STEPS: readonly Step[] = [
  setUp,
  login,
  negotiation,
  spInfo,
  keepAlive,
  binaryLogin,
  batch,
  administratorsEnd,
  expiry,
  logout,
];

const INTRODUCTION =
  'A provider of instant messages (provider.example) owns the sessions of its users. Its server for that is SAP 2. ' +
  'An operator (operator.example) holds the connections of the phones. Its server is SAP 1, which asks SAP 2 about ' +
  'each session. Phones speak CSP with SAP 1. The two servers speak SSP. Both protocols are XML over HTTP. You see ' +
  'the real messages, and each line with an arrow is one.';

export interface DemoOptions extends ScreenOptions {
  /** The compiled entry file of SAP 2; default: the one built together with this demo. */
  readonly sap2Main?: string | undefined;
  /** Ends the demo early; what was started is stopped all the same. */
  readonly signal: AbortSignal;
}

/**
 * The main flow of remote user session management. It starts a real SAP 2, a SAP 1 and three phones, and stops them.
 *
 * @throws DemoFailure if the result differs from the explanation; the reason of `signal` if that comes first
 */
export async function playDemo(options: DemoOptions): Promise<void> {
  const { sap2Main, signal } = options;
  const startedAtMs = Date.now();
  const screen = new Screen(options);
  const said: Said[] = [];
  const hear = (one: Said): void => {
    said.push(one);
    if (!signal.aborted) screen.message(one);
  };
  const stage = await Stage.build({ sap2Main, signal, hear, say: (line) => screen.aside(line) });
  let exitCode: number | undefined;
  try {
    await Promise.race([play(stage, screen, said, signal), aborted(signal)]);
  } catch (error) {
    if (!signal.aborted) {
      screen.heading('What SAP 1 and SAP 2 logged last');
      for (const line of stage.lastLines) screen.aside(line.trimEnd());
    }
    throw error;
  } finally {
    exitCode = await stage.clear();
  }
  expectThat(
    exitCode === 0,
    `SAP 2 should have ended with exit code 0, and not with ${exitCode ?? 'a signal'}.`,
  );
  screen.blank();
  screen.prose(
    `Everything is stopped, nothing is left behind (${Math.round((Date.now() - startedAtMs) / 1000)} s). Read on: ` +
      'docs/protocol.md has every message between SAP 1 and SAP 2, and docs/csp.md those of the phones. docs/sap1.md ' +
      'describes SAP 1. npm run handset is such a phone, and README.md shows how to run all three by hand.' +
      (options.xml ? '' : ' npm run demo -- --xml shows every message whole.'),
  );
}

async function play(stage: Stage, screen: Screen, said: readonly Said[], signal: AbortSignal): Promise<void> {
  screen.heading('From the phone to the provider and back, from login to logout');
  screen.prose(INTRODUCTION);
  screen.blank();
  screen.aside('Starting SAP 2 with a PostgreSQL and a Redis of its own …');
  await stage.startSap2();
  const scene = sceneOn(stage, screen, said);
  for (const [index, step] of STEPS.entries()) {
    signal.throwIfAborted();
    screen.heading(`${index + 1}  ${step.title}`);
    screen.prose(step.explanation);
    screen.blank();
    await step.play(scene);
  }
  screen.heading('What you have seen, each checked while it was played');
  for (const { shows } of STEPS) screen.shown(shows);
}

function sceneOn(stage: Stage, screen: Screen, said: readonly Said[]): Scene {
  const { secrets, sap1AdminUrl, sap2AdminUrl } = stage;
  return {
    screen,
    startSap1: () => stage.startSap1(),
    stopSap1: () => stage.stopSap1(),
    sap1Log: () => stage.sap1Log,
    administrator: new Administrator(
      new RestClient('admin', 'SAP 2', sap2AdminUrl, screen, secrets.administrator),
    ),
    operator: new RestClient('operator', 'SAP 1', sap1AdminUrl, screen),
    alicesPhone: stage.phone('phone-1', 'alice', { version: '1.2', encoding: 'xml', timeToLiveS: 120 }),
    bobsPhone: stage.phone('phone-2', 'bob', { version: '1.2', encoding: 'wbxml', timeToLiveS: 120 }),
    carolsPhone: stage.phone('phone-3', 'carol', { version: '1.2', encoding: 'xml' }),
    secrets,
    said,
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void =>
      reject(signal.reason instanceof Error ? signal.reason : new Error('Interrupted.'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
