import { metaInfo, userKeepAliveRequest } from '../../../sap1/src/index.js';
import type { World } from '../world/world.js';

const PARTS = 4;
export interface SyncOptions {
  readonly sapEpoch: string;
  readonly listed: readonly string[];
  /** Of `PARTS`, in the order of sending. */
  readonly sent: readonly number[];
  readonly between?: (() => Promise<void>) | undefined;
}

/** What SAP 1 says after a restart, each part twice at once, to whichever process. */
export async function sync(world: World, { sapEpoch, listed, sent, between }: SyncOptions): Promise<void> {
  const sap1 = world.sap1(0);
  const syncID = sap1.nextTransactionID();
  const share = Math.ceil(listed.length / PARTS);
  for (const part of sent) {
    const entries = listed
      .slice((part - 1) * share, part * share)
      .map((userSessionID) => ({ userSessionID, timeToLive: undefined }));
    const form = { type: 'sync', syncID, part, parts: PARTS, sapEpoch, entries } as const;
    const request = userKeepAliveRequest(metaInfo(sap1.serviceID, undefined), form);
    const transactionID = sap1.nextTransactionID();
    await Promise.all([sap1.ask(request, { transactionID }), sap1.ask(request, { transactionID })]);
    await between?.();
  }
}

/** A sync that leaves sessions out ends them: the history has to know that this was wanted. */
export async function syncThatEnds(
  world: World,
  leftOut: readonly string[],
  options: SyncOptions,
): Promise<void> {
  const askedAtMs = Date.now();
  await sync(world, options);
  const doneAtMs = Date.now();
  world.recorder.otherEnds.push(...leftOut.map((id) => ({ id, askedAtMs, doneAtMs })));
}

export async function expectLive(
  world: World,
  what: string,
  wanted: readonly string[],
  of: readonly string[],
): Promise<void> {
  const rows = await world.view((view) =>
    view.rows<{ id: string }>('SELECT id FROM live_session WHERE id = ANY ($1)', [of]),
  );
  const live = new Set(rows.map(({ id }) => id));
  const wrong = of.filter((id) => live.has(id) !== wanted.includes(id));
  world.expect(
    wrong.length === 0,
    `${what}: ${wrong.length} of ${of.length} sessions are not as they should be`,
  );
}

export const ALL_PARTS = Array.from({ length: PARTS }, (_, i) => i + 1);
