import type { Clock } from '@sap2/kernel';
import type { Claim, TransactionClaim, TransactionKey, TransactionLedger } from '@sap2/peer-link';

interface Entry {
  readonly claim: TransactionClaim;
  readonly answer: string | undefined;
  readonly untilMs: number;
}

/** A transaction ledger in memory, of one process. */
export class FakeTransactionLedger implements TransactionLedger {
  private readonly entries = new Map<string, Entry>();
  private claims = 0;

  constructor(private readonly clock: Clock) {}

  async claim(key: TransactionKey, contentHash: string, leaseMs: number): Promise<Claim> {
    const entry = this.alive(key);
    if (entry === undefined) {
      const claim = { contentHash, owner: String(++this.claims) };
      this.keep(key, { claim, answer: undefined, untilMs: this.clock.nowMs() + leaseMs });
      return { state: 'mine', claim };
    }
    if (entry.claim.contentHash !== contentHash) return { state: 'other-content' };
    return entry.answer === undefined ? { state: 'in-process' } : { state: 'answered', answer: entry.answer };
  }

  async answer(
    key: TransactionKey,
    claim: TransactionClaim,
    answer: string,
    keepMs: number,
  ): Promise<'kept' | 'lost'> {
    const entry = this.alive(key);
    if (entry !== undefined && !isHeldBy(entry, claim)) return 'lost';
    this.keep(key, { claim, answer, untilMs: this.clock.nowMs() + keepMs });
    return 'kept';
  }

  async release(key: TransactionKey, claim: TransactionClaim): Promise<void> {
    const entry = this.alive(key);
    if (entry !== undefined && isHeldBy(entry, claim)) this.entries.delete(nameOf(key));
  }

  private keep(key: TransactionKey, entry: Entry): void {
    this.entries.set(nameOf(key), entry);
  }

  private alive(key: TransactionKey): Entry | undefined {
    const entry = this.entries.get(nameOf(key));
    return entry !== undefined && this.clock.nowMs() < entry.untilMs ? entry : undefined;
  }
}

const isHeldBy = (entry: Entry, { owner }: TransactionClaim): boolean =>
  entry.answer === undefined && entry.claim.owner === owner;

const nameOf = ({ peer, transactionID }: TransactionKey): string => JSON.stringify([peer, transactionID]);
