import { describeDisconnectOutboxContract } from '../contracts/disconnect-outbox.contract.js';
import { describeSetupsContract } from '../contracts/setups.contract.js';
import { describeSspSessionsContract } from '../contracts/ssp-sessions.contract.js';
import { describeTransactionLedgerContract } from '../contracts/transaction-ledger.contract.js';
import { ManualClock } from './manual-clock.js';
import { MemoryDisconnectOutbox } from './peer-disconnect-outbox.js';
import { MemorySetups } from './peer-setups.js';
import { MemorySspSessions } from './peer-ssp-sessions.js';
import { MemoryTransactionLedger } from './peer-transaction-ledger.js';
import { SeededRandomness } from './seeded-randomness.js';

/** Time as every subject here has it, and nothing to close. */
function inMemory(clock: ManualClock) {
  return {
    letPass: async (ms: number) => clock.advance(ms),
    close: async () => undefined,
  };
}

describeSspSessionsContract('MemorySspSessions', async () => {
  const clock = new ManualClock();
  return { sspSessions: new MemorySspSessions(clock), ...inMemory(clock) };
});

describeSetupsContract('MemorySetups', async () => {
  const clock = new ManualClock();
  return { setups: new MemorySetups(clock), ...inMemory(clock) };
});

describeTransactionLedgerContract('MemoryTransactionLedger', async () => {
  const clock = new ManualClock();
  return { ledger: new MemoryTransactionLedger(clock), ...inMemory(clock) };
});

describeDisconnectOutboxContract('MemoryDisconnectOutbox', async () => {
  const clock = new ManualClock();
  const outbox = new MemoryDisconnectOutbox(clock, new SeededRandomness());
  return { outbox, owe: async (...owed) => outbox.owe(...owed), ...inMemory(clock) };
});
