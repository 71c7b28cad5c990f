import type { Clock } from '@sap2/kernel';
import type { Claim, TransactionKey, TransactionLedger } from '@sap2/peer-link';

interface Entry {
  readonly contentHash: string;
  readonly answer: string | undefined;
  readonly untilMs: number;
}

/** A transaction ledger in memory, of one process. */
export class FakeTransactionLedger implements TransactionLedger {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly clock: Clock) {}

  async claim(key: TransactionKey, contentHash: string, leaseMs: number): Promise<Claim> {
    const entry = this.alive(key);
    if (entry === undefined) {
      this.keep(key, { contentHash, answer: undefined, untilMs: this.clock.nowMs() + leaseMs });
      return { state: 'mine' };
    }
    if (entry.contentHash !== contentHash) return { state: 'other-content' };
    return entry.answer === undefined ? { state: 'in-process' } : { state: 'answered', answer: entry.answer };
  }

  async answer(key: TransactionKey, contentHash: string, answer: string, keepMs: number): Promise<void> {
    const entry = this.alive(key);
    const stillMine = entry === undefined || this.inProcess(entry, contentHash);
    if (stillMine) this.keep(key, { contentHash, answer, untilMs: this.clock.nowMs() + keepMs });
  }

  async release(key: TransactionKey, contentHash: string): Promise<void> {
    const entry = this.alive(key);
    if (entry !== undefined && this.inProcess(entry, contentHash)) this.entries.delete(nameOf(key));
  }

  private inProcess(entry: Entry, contentHash: string): boolean {
    return entry.answer === undefined && entry.contentHash === contentHash;
  }

  private keep(key: TransactionKey, entry: Entry): void {
    this.entries.set(nameOf(key), entry);
  }

  private alive(key: TransactionKey): Entry | undefined {
    const entry = this.entries.get(nameOf(key));
    return entry !== undefined && this.clock.nowMs() < entry.untilMs ? entry : undefined;
  }
}

const nameOf = ({ peer, transactionID }: TransactionKey): string => JSON.stringify([peer, transactionID]);
