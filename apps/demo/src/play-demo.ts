import type { TracedMessage } from '../../sap1/src/index.js';
import { Administrator } from './administrator.js';
import { expectThat } from './demo-failure.js';
import { Device } from './device.js';
import type { Scene, Step } from './scene.js';
import { Screen, type ScreenOptions } from './screen.js';
import { Stage } from './stage.js';
import { expiry, logout, thrownOut } from './steps/ends.js';
import { keepAlive, secondDevice } from './steps/keep-alive.js';
import { login } from './steps/login.js';
import { negotiation, spInfo } from './steps/services.js';
import { setUp } from './steps/set-up.js';

const STEPS: readonly Step[] = [
  setUp,
  login,
  negotiation,
  spInfo,
  keepAlive,
  secondDevice,
  thrownOut,
  expiry,
  logout,
];

const INTRODUCTION =
  'A provider of instant messages (provider.example) owns the sessions of its users; its server for that is SAP 2. ' +
  'An operator (operator.example) holds the connections of the phones; its server is SAP 1, and for everything about a ' +
  'session it asks SAP 2. The two speak SSP, which is XML over HTTP. You see their real messages.';

export interface DemoOptions extends ScreenOptions {
  /** The compiled entry file of SAP 2; default: the one built together with this demo. */
  readonly sap2Main?: string | undefined;
  /** Ends the demo early; what was started is stopped all the same. */
  readonly signal: AbortSignal;
}

/**
 * The main flow of remote user session management, on a real SAP 2 that it starts and stops.
 *
 * @throws DemoFailure if the result differs from the explanation; the reason of `signal` if that comes first
 */
export async function playDemo(options: DemoOptions): Promise<void> {
  const { sap2Main, signal } = options;
  const startedAtMs = Date.now();
  const screen = new Screen(options);
  const said: TracedMessage[] = [];
  const trace = (message: TracedMessage): void => {
    said.push(message);
    screen.message(message);
  };
  const stage = new Stage({ sap2Main, signal, trace, say: (line) => screen.aside(line) });
  let exitCode: number | undefined;
  try {
    await Promise.race([play(stage, screen, said, signal), aborted(signal)]);
  } catch (error) {
    if (!signal.aborted) {
      screen.heading('What SAP 2 said last');
      for (const line of stage.lastLines) screen.aside(line);
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
      'docs/protocol.md has every message, apps/sap1 the SAP 1 that you saw; npm start runs SAP 2 for you.' +
      (options.xml ? '' : ' npm run demo -- --xml shows every message whole.'),
  );
}

async function play(
  stage: Stage,
  screen: Screen,
  said: readonly TracedMessage[],
  signal: AbortSignal,
): Promise<void> {
  screen.heading('Remote user session management, from login to logout');
  screen.prose(INTRODUCTION);
  screen.blank();
  screen.aside('Starting SAP 2 with a PostgreSQL and a Redis of its own …');
  const sap1 = await stage.set();
  const { secrets, adminUrl } = stage;
  const scene: Scene = {
    screen,
    sap1,
    administrator: new Administrator(adminUrl, secrets.administrator, screen),
    alicesPhone: new Device('phone-1', 'wv:alice@provider.example', secrets.alice, screen),
    alicesTablet: new Device('tablet-2', 'wv:alice@provider.example', secrets.alice, screen),
    bobsPhone: new Device('phone-3', 'wv:bob@provider.example', secrets.bob, screen),
    secrets,
    said,
  };
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

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void =>
      reject(signal.reason instanceof Error ? signal.reason : new Error('Interrupted.'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
