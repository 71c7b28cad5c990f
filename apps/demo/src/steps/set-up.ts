import { expectThat } from '../demo-failure.js';
import type { Step } from '../scene.js';
import { PROVIDER } from '../stage.js';

export const setUp: Step = {
  title: 'Two access points set up an SSP session',
  explanation:
    'First the operator’s SAP 1 and the provider’s SAP 2 prove that they know the secret of their agreement. Each sends a ' +
    'fresh token, and answers with a digest that only the secret can make. After six messages they have an SSP session. ' +
    'No message contained the secret.',
  shows: 'two servers trust each other, and their secret was never sent',

  async play({ sap1, said, secrets }) {
    const session = await sap1.connect();
    expectThat(
      session.peerServiceID === PROVIDER,
      `SAP 2 should be ${PROVIDER}, and is ${session.peerServiceID}.`,
    );
    expectThat(said.length === 6, `The set-up should take six messages, and took ${said.length}.`);
    expectThat(
      !said.some(({ xml }) => xml.includes(secrets.agreement)),
      'The secret should be in no message.',
    );
  },
};
