import { metaInfo, userKeepAliveRequest } from '../../../sap1/src/index.js';
import type { Fault } from '../fault.js';
import { Dice } from '../world/dice.js';
import type { World } from '../world/world.js';

const CROWD = 60;
const BORN_MEANWHILE = 5;
const PARTS = 4;
/** A node of its own: the others of the peer have no epoch, and no sync is about them. */
const epoch = (incarnation: number): string => `suite:${incarnation}`;

interface SyncOptions {
  readonly sapEpoch: string;
  readonly listed: readonly string[];
  /** Of `PARTS`, in the order of sending. */
  readonly sent: readonly number[];
  readonly between?: (() => Promise<void>) | undefined;
}

/** What SAP 1 says after a restart, each part twice at once, to whichever process. */
async function sync(world: World, { sapEpoch, listed, sent, between }: SyncOptions): Promise<void> {
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
async function syncThatEnds(world: World, leftOut: readonly string[], options: SyncOptions): Promise<void> {
  const askedAtMs = Date.now();
  await sync(world, options);
  const doneAtMs = Date.now();
  world.recorder.otherEnds.push(...leftOut.map((id) => ({ id, askedAtMs, doneAtMs })));
}

async function expectLive(world: World, what: string, wanted: readonly string[], of: readonly string[]) {
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

const ALL_PARTS = Array.from({ length: PARTS }, (_, i) => i + 1);

export const sap1Restarted: Fault = {
  id: 'F9',
  what: 'a SAP 1 restarts, having lost nothing, half, or everything; a process killed during its sync',
  inCi: false,
  inject: async (world) => {
    const dice = new Dice(9);
    const { sessions } = await world.crowd(0, CROWD, { sapEpoch: epoch(1) });
    const all = [...sessions];

    await sync(world, { sapEpoch: epoch(2), listed: all, sent: dice.shuffled(ALL_PARTS) });
    await expectLive(world, 'nothing lost', all, all);

    await sync(world, { sapEpoch: epoch(3), listed: all.slice(0, 3), sent: [1, 3] });
    await expectLive(world, 'parts missing', all, all);

    const kept = all.slice(0, CROWD / 2);
    const lost = all.slice(CROWD / 2);
    const born: string[] = [];
    let parts = 0;
    await syncThatEnds(world, lost, {
      sapEpoch: epoch(4),
      listed: kept,
      sent: dice.shuffled(ALL_PARTS),
      between: async () => {
        parts += 1;
        if (parts === 1) {
          const crowd = await world.crowd(0, BORN_MEANWHILE, { sapEpoch: epoch(4) });
          born.push(...crowd.sessions);
        }
        if (parts === 2) {
          await world.process(0).kill();
          await world.process(0).start();
        }
      },
    });
    await expectLive(world, 'half lost', [...kept, ...born], [...all, ...born]);

    await syncThatEnds(world, [...kept, ...born], {
      sapEpoch: epoch(5),
      listed: [],
      sent: dice.shuffled(ALL_PARTS),
    });
    await expectLive(world, 'everything lost', [], [...all, ...born]);
  },
};
