import type { Clock } from '@sap2/kernel';
import type { ProvenSetup, Setups, SetupTokens } from '@sap2/peer-link';

interface Begun extends SetupTokens {
  readonly peer: string;
  readonly transactionID: string;
  readonly address: string;
  readonly untilMs: number;
}

interface Proven {
  readonly transactionID: string;
  readonly setup: ProvenSetup;
  readonly untilMs: number;
}

/** As the live store bounds them, in its own numbers. */
export interface FakeSetupBounds {
  readonly lifeMs: number;
  readonly perAddress: number;
  readonly inAll: number;
  readonly wrongPerAddress: number;
}

const BOUNDS: FakeSetupBounds = { lifeMs: 60_000, perAddress: 20, inAll: 50, wrongPerAddress: 5 };
const SAME_NAME_AND_ADDRESS = 8;
const SAME_NAME = 64;

/** Unfinished set-ups in memory, of one process. */
export class FakeSetups implements Setups {
  private waiting: Begun[] = [];
  private verified: Proven[] = [];
  private wrong: { readonly address: string; readonly untilMs: number }[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly bounds = BOUNDS,
  ) {}

  async begin(
    peer: string,
    transactionID: string,
    address: string,
    tokens: SetupTokens,
  ): Promise<'begun' | 'too-many'> {
    this.forgetOld();
    const named = this.waiting.filter((one) => one.peer === peer && one.transactionID === transactionID);
    const same = named.filter((one) => one.address === address);
    if (same.length >= SAME_NAME_AND_ADDRESS) return 'too-many';
    if (named.length >= SAME_NAME && (same.length > 0 || !this.makeRoomAmong(named))) return 'too-many';
    if (this.of(address).length >= this.bounds.perAddress) this.makeRoomAt(address);
    else if (this.waiting.length >= this.bounds.inAll) this.makeRoomAt(this.mostCrowded());
    const untilMs = this.clock.nowMs() + this.bounds.lifeMs;
    this.waiting.push({ peer, transactionID, address, untilMs, ...tokens });
    return 'begun';
  }

  async begun(peer: string, transactionID: string, address: string): Promise<readonly SetupTokens[]> {
    this.forgetOld();
    return this.waiting
      .filter((one) => one.peer === peer && one.transactionID === transactionID)
      .toSorted((a, b) => Number(b.address === address) - Number(a.address === address))
      .map(({ theirToken, ourToken }) => ({ theirToken, ourToken }));
  }

  async prove(
    transactionID: string,
    setup: ProvenSetup,
    limit: number,
  ): Promise<'proven' | 'unknown' | 'too-many'> {
    this.forgetOld();
    const found = this.waiting.find(
      (one) =>
        one.peer === setup.peer && one.transactionID === transactionID && one.ourToken === setup.ourToken,
    );
    if (found === undefined) return 'unknown';
    if (this.verified.filter((one) => one.setup.peer === setup.peer).length >= limit) return 'too-many';
    this.waiting = this.waiting.filter((one) => one !== found);
    this.verified.push({ transactionID, setup, untilMs: found.untilMs });
    return 'proven';
  }

  async proven(transactionID: string): Promise<readonly ProvenSetup[]> {
    this.forgetOld();
    return this.verified.filter((one) => one.transactionID === transactionID).map(({ setup }) => setup);
  }

  async finish(transactionID: string, { ourToken }: ProvenSetup): Promise<boolean> {
    this.forgetOld();
    const before = this.verified.length;
    this.verified = this.verified.filter(
      (one) => one.transactionID !== transactionID || one.setup.ourToken !== ourToken,
    );
    return this.verified.length < before;
  }

  async countWrong(address: string): Promise<boolean> {
    this.forgetOld();
    this.wrong.push({ address, untilMs: this.clock.nowMs() + this.bounds.lifeMs });
    return this.wrong.filter((one) => one.address === address).length > this.bounds.wrongPerAddress;
  }

  private makeRoomAmong(named: readonly Begun[]): boolean {
    const countOf = ({ address }: Begun): number => named.filter((one) => one.address === address).length;
    const gone = named.toSorted((a, b) => countOf(b) - countOf(a))[0];
    if (gone === undefined || countOf(gone) < 2) return false;
    this.waiting = this.waiting.filter((one) => one !== gone);
    return true;
  }

  private of(address: string): Begun[] {
    return this.waiting.filter((one) => one.address === address);
  }

  private mostCrowded(): string {
    const addresses = [...new Set(this.waiting.map(({ address }) => address))];
    return addresses.toSorted((a, b) => this.of(b).length - this.of(a).length)[0] ?? '';
  }

  private makeRoomAt(address: string): void {
    const own = this.of(address);
    const gone = own[Math.floor(own.length / 2)];
    this.waiting = this.waiting.filter((one) => one !== gone);
  }

  private forgetOld(): void {
    const nowMs = this.clock.nowMs();
    const isAlive = ({ untilMs }: { readonly untilMs: number }): boolean => untilMs > nowMs;
    this.waiting = this.waiting.filter(isAlive);
    this.verified = this.verified.filter(isAlive);
    this.wrong = this.wrong.filter(isAlive);
  }
}
