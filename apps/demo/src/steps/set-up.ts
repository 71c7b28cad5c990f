import { expectThat } from '../demo-failure.js';
import { expectLegs, type Step, untilSaid } from '../scene.js';

const SET_UP = [
  'SAP 1 ──► SAP 2 SendSecretToken',
  'SAP 1 ◄── SAP 2 SendSecretToken',
  'SAP 1 ──► SAP 2 LoginRequest',
  'SAP 1 ◄── SAP 2 LoginRequest',
  'SAP 1 ──► SAP 2 LoginResponse',
  'SAP 1 ◄── SAP 2 LoginResponse',
];

export const setUp: Step = {
  title: 'Two servers set up an SSP session',
  explanation:
    'First SAP 1 and SAP 2 prove to each other that they know the secret of their agreement. Each sends a fresh ' +
    'token. The other one answers with a digest that only the secret can make. After six messages they have an SSP session. ' +
    'No message contains the secret. Then SAP 1 tests the session with a keep-alive. At the same time it lists the ' +
    'user sessions that it holds. The list is still empty.',
  shows: 'two servers trust each other, and no message contains their secret',

  async play(scene) {
    const { said, secrets, startSap1 } = scene;
    await startSap1();
    await untilSaid(scene, 'SAP 1 ◄── SAP 2', 'UserKeepAliveResponse', 0);
    expectLegs(said.slice(0, SET_UP.length), SET_UP);
    expectThat(
      !said.some(({ xml }) => xml.includes(secrets.agreement)),
      'The secret should be in no message.',
    );
  },
};
