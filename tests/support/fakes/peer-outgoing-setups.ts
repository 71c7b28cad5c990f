import type { Clock } from '@sap2/kernel';
import type { HeardToken, OutgoingSetup, OutgoingSetups, SetUpAnswer } from '@sap2/peer-link';

/** ssp-binding §3: a set-up not finished in this time is forgotten. */
const LIFE_MS = 60_000;
const ANSWERS: readonly SetUpAnswer[] = [2, 4, 6];

/** Set-ups that SAP 2 began, in memory, of one process. */
export class FakeOutgoingSetups implements OutgoingSetups {
  private readonly byPeer = new Map<
    string,
    { setup: OutgoingSetup; readonly begunAtMs: number; awaited: number; refusals: number }
  >();

  constructor(private readonly clock: Clock) {}

  async begin(setup: OutgoingSetup): Promise<'begun' | 'under-way'> {
    const before = this.alive().find(({ setup: { peer } }) => peer === setup.peer);
    if (before !== undefined && !isRefused(before)) return 'under-way';
    this.byPeer.set(setup.peer, { setup, begunAtMs: this.clock.nowMs(), awaited: 2, refusals: 0 });
    return 'begun';
  }

  async transactionWith(peer: string): Promise<string | undefined> {
    return this.alive().find(({ setup }) => setup.peer === peer)?.setup.transactionID;
  }

  async peerOf(transactionID: string): Promise<string | undefined> {
    return this.entry(transactionID)?.setup.peer;
  }

  async awaited(transactionID: string): Promise<SetUpAnswer | 'ending' | undefined> {
    const found = this.entry(transactionID);
    return found && (ANSWERS.find((answer) => answer === found.awaited) ?? 'ending');
  }

  async hearToken(
    transactionID: string,
    heard: HeardToken,
    limit: number,
  ): Promise<OutgoingSetup | undefined> {
    const found = this.entry(transactionID);
    if (found === undefined || found.awaited > 4) return undefined;
    const before = found.setup.heard;
    if (before.some(({ token }) => token === heard.token)) return undefined;
    const kept = before.length < limit ? before : withRoomFor(heard, before);
    if (kept === undefined) return undefined;
    found.setup = { ...found.setup, heard: [...kept, heard] };
    found.awaited = 4;
    return found.setup;
  }

  async countRefusal(transactionID: string): Promise<boolean> {
    const found = this.entry(transactionID);
    if (found === undefined) return false;
    found.refusals += 1;
    return isRefused(found);
  }

  async find(transactionID: string): Promise<OutgoingSetup | undefined> {
    return this.entry(transactionID)?.setup;
  }

  async take(transactionID: string, answer: 4 | 6): Promise<OutgoingSetup | undefined> {
    const found = this.entry(transactionID);
    if (found?.awaited !== answer) return undefined;
    found.awaited += 2;
    return found.setup;
  }

  async end(transactionID: string): Promise<string | undefined> {
    const peer = this.entry(transactionID)?.setup.peer;
    if (peer !== undefined) this.byPeer.delete(peer);
    return peer;
  }

  private entry(transactionID: string) {
    return this.alive().find(({ setup }) => setup.transactionID === transactionID);
  }

  private alive() {
    return [...this.byPeer.values()].filter(({ begunAtMs }) => this.clock.nowMs() - begunAtMs < LIFE_MS);
  }
}

const isRefused = ({
  refusals,
  setup,
}: {
  readonly refusals: number;
  readonly setup: OutgoingSetup;
}): boolean => refusals > 0 && refusals >= setup.heard.length;

/** Without the last one of the address that has most; undefined: the newcomer's has as many as any. */
function withRoomFor(
  { address }: HeardToken,
  heard: readonly HeardToken[],
): readonly HeardToken[] | undefined {
  const countOf = (from: string): number => heard.filter((one) => one.address === from).length;
  const most = heard.toSorted((a, b) => countOf(b.address) - countOf(a.address))[0]?.address ?? '';
  if (countOf(most) <= countOf(address) + 1) return undefined;
  const gone = heard.findLast((one) => one.address === most);
  return heard.filter((one) => one !== gone);
}
