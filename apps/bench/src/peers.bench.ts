import { randomBytes } from 'node:crypto';
import { inWords, say, spreadOf } from './figures.js';
import { liveBeside, type Phase } from '../../../tests/support/peers/neighbours.js';
import { withPrivateSap2 } from '../../../tests/support/service/private-sap2.js';
import { RawSap1 } from '../../../tests/support/peers/raw-sap1.js';

const PHASE_MS = 20_000;
const LINES = 300;
const QUIET_PAUSE_MS = 50;

/** `npm run bench -- peers`: what one peer notices of another that logs in as many users as it can. Real hashes, real stores. */
async function main(): Promise<void> {
  const password = randomBytes(12).toString('hex');
  const [quiet, noisy] = ['quiet', 'noisy'].map((name) => ({
    serviceID: `wv:@${name}.example`,
    secret: randomBytes(24).toString('hex'),
  })) as [RawSap1['peer'], RawSap1['peer']];
  const users = {
    quiet: Array.from({ length: 20 }, (_, i) => `wv:quiet-${i}@provider.example`),
    noisy: Array.from({ length: 60 }, (_, i) => `wv:noisy-${i}@provider.example`),
    password,
  };
  const seed = {
    domains: [{ name: 'provider.example' }],
    agreements: [quiet, noisy].map(({ serviceID, secret }) => ({
      serviceID,
      sharedSecret: secret,
      domains: ['provider.example'],
      allowPasswordOverHttp: true,
    })),
    users: [...users.quiet, ...users.noisy].map((userID) => ({ userID, password })),
    administrators: [],
  };
  await withPrivateSap2(seed, {}, async ({ sspUrl }) => {
    const sap1s = await Promise.all([quiet, noisy].map((peer) => new RawSap1(sspUrl, peer).connect()));
    const [atQuiet, atNoisy] = sap1s as [RawSap1, RawSap1];
    const {
      alone,
      beside,
      noisy: answers,
    } = await liveBeside({
      quiet: atQuiet,
      noisy: atNoisy,
      users,
      phaseMs: PHASE_MS,
      lines: LINES,
      quietPauseMs: QUIET_PAUSE_MS,
    });
    say(
      `the noisy peer, ${LINES} logins at once for ${PHASE_MS / 1000} s: ${[...answers].map(([what, n]) => `${what}: ${n}`).join(', ')}`,
    );
    tell('alone ', alone);
    tell('beside', beside);
    for (const sap1 of sap1s) sap1.close();
  });
}

function tell(when: string, { loginMs, keepAliveMs, refused }: Phase): void {
  say(
    `the quiet peer, ${when}: logins ${inWords(spreadOf(loginMs))}, keep-alives ${inWords(spreadOf(keepAliveMs))}, refused ${refused}`,
  );
}

await main();
