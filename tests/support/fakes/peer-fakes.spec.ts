import { describeDisconnectOutboxContract } from '../contracts/disconnect-outbox.contract.js';
import { describeOutgoingSetupsContract } from '../contracts/outgoing-setups.contract.js';
import { describeSetupsContract } from '../contracts/setups.contract.js';
import { describeSspSessionsContract } from '../contracts/ssp-sessions.contract.js';
import { describeTransactionLedgerContract } from '../contracts/transaction-ledger.contract.js';
import { ManualClock } from './manual-clock.js';
import { FakeDisconnectOutbox } from './peer-disconnect-outbox.js';
import { FakeOutgoingSetups } from './peer-outgoing-setups.js';
import { FakeSetups } from './peer-setups.js';
import { FakeSspSessions } from './peer-ssp-sessions.js';
import { FakeTransactionLedger } from './peer-transaction-ledger.js';
import { SeededRandomness } from './seeded-randomness.js';

/** Time as every subject here has it, and nothing to close. */
function inMemory(clock: ManualClock) {
  return {
    letPass: async (ms: number) => clock.advance(ms),
    close: async () => undefined,
  };
}

describeSspSessionsContract('FakeSspSessions', async () => {
  const clock = new ManualClock();
  return { sspSessions: new FakeSspSessions(clock), ...inMemory(clock) };
});

describeSetupsContract('FakeSetups', async () => {
  const clock = new ManualClock();
  return { setups: new FakeSetups(clock), ...inMemory(clock) };
});

describeOutgoingSetupsContract('FakeOutgoingSetups', async () => {
  const clock = new ManualClock();
  return { setups: new FakeOutgoingSetups(clock), ...inMemory(clock) };
});

describeTransactionLedgerContract('FakeTransactionLedger', async () => {
  const clock = new ManualClock();
  return { ledger: new FakeTransactionLedger(clock), ...inMemory(clock) };
});

describeDisconnectOutboxContract('FakeDisconnectOutbox', async () => {
  const clock = new ManualClock();
  const outbox = new FakeDisconnectOutbox(clock, new SeededRandomness());
  return { outbox, owe: async (...owed) => outbox.owe(...owed), ...inMemory(clock) };
});
