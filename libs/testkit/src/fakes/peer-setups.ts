import type { Clock } from '@sap2/kernel';
import type { Setups, SetupTokens } from '@sap2/peer-link';

interface SetUp {
  readonly peer: string;
  readonly transactionID: string;
  readonly begunAtMs: number;
  tokens: SetupTokens | undefined;
  verified: boolean;
}

/** ssp-binding §3: a set-up not finished in this time is forgotten. */
const LIFE_MS = 60_000;

/** Unfinished set-ups in memory, of one process. */
export class FakeSetups implements Setups {
  private setUps: SetUp[] = [];

  constructor(private readonly clock: Clock) {}

  async begin(
    peer: string,
    transactionID: string,
    tokens: SetupTokens,
    limit: number,
  ): Promise<'begun' | 'too-many'> {
    this.forget(this.find(peer, transactionID));
    if (this.alive().filter((setUp) => setUp.peer === peer).length >= limit) return 'too-many';
    this.setUps.push({ peer, transactionID, begunAtMs: this.clock.nowMs(), tokens, verified: false });
    return 'begun';
  }

  async takeTokens(peer: string, transactionID: string): Promise<SetupTokens | undefined> {
    const setUp = this.find(peer, transactionID);
    const tokens = setUp?.tokens;
    if (setUp !== undefined) setUp.tokens = undefined;
    return tokens;
  }

  async markVerified(peer: string, transactionID: string): Promise<void> {
    const setUp = this.find(peer, transactionID);
    if (setUp !== undefined) setUp.verified = true;
  }

  async verifiedPeers(transactionID: string): Promise<readonly string[]> {
    return this.alive()
      .filter((setUp) => setUp.transactionID === transactionID && setUp.verified)
      .map(({ peer }) => peer);
  }

  async finish(peer: string, transactionID: string): Promise<boolean> {
    const setUp = this.find(peer, transactionID);
    if (setUp?.verified !== true) return false;
    this.forget(setUp);
    return true;
  }

  private find(peer: string, transactionID: string): SetUp | undefined {
    return this.alive().find((setUp) => setUp.peer === peer && setUp.transactionID === transactionID);
  }

  private forget(gone: SetUp | undefined): void {
    this.setUps = this.setUps.filter((setUp) => setUp !== gone);
  }

  private alive(): SetUp[] {
    this.setUps = this.setUps.filter(({ begunAtMs }) => this.clock.nowMs() - begunAtMs < LIFE_MS);
    return this.setUps;
  }
}
