import type { ProvenSetup, Setups, SetupTokens } from '@sap2/peer-link';
import { nameOfSetup, setupAddress, setupKeys } from './keys.js';
import type { RedisConnection } from './redis-connection.js';
import { asInteger, asTexts, script, setupScript } from './script.js';

/** Set-ups of one peer and transactionID from one address. An honest peer has one; a repeated message 1 makes another. */
const SAME_NAME_AND_ADDRESS = 8;
/** From all addresses: each is a digest to compute when message 3 comes. */
const SAME_NAME = 64;

const BEGIN = setupScript('begin-setup.lua', (reply) => (asInteger(reply) < 0 ? 'too-many' : 'begun'));
const BEGUN = setupScript('begun-setups.lua', (reply): readonly SetupTokens[] => {
  const texts = asTexts(reply);
  return Array.from({ length: texts.length / 2 }, (_, i) => ({
    theirToken: texts[2 * i] ?? '',
    ourToken: texts[2 * i + 1] ?? '',
  }));
});
const PROVE = setupScript('prove-setup.lua', (reply) => {
  const code = asInteger(reply);
  return code > 0 ? 'proven' : code === -2 ? 'too-many' : 'unknown';
});
const PROVEN = script('proven-setups.lua', (reply) =>
  asTexts(reply).map((text) => JSON.parse(text) as ProvenSetup),
);
const FINISH = script('finish-setup.lua', (reply) => asInteger(reply) === 1);
const COUNT_WRONG = script('count-wrong-digest.lua', asInteger);

/** How many set-ups strangers can make us keep; a set-up takes some 700 bytes, with the longest token 1.7 KB. */
export interface SetupBounds {
  readonly lifeMs: number;
  readonly perAddress: number;
  readonly inAll: number;
  /** Wrong digests of one address within `lifeMs`. */
  readonly wrongPerAddress: number;
}

export class RedisSetups implements Setups {
  constructor(
    private readonly redis: RedisConnection,
    private readonly bounds: SetupBounds,
  ) {}

  readonly begin: Setups['begin'] = (peer, transactionID, address, { theirToken, ourToken }) => {
    const { lifeMs, perAddress, inAll } = this.bounds;
    const name = nameOfSetup(peer, transactionID);
    const limits = [SAME_NAME_AND_ADDRESS, SAME_NAME, perAddress, inAll];
    const args = [name, setupAddress(address), theirToken, ourToken, lifeMs, ...limits];
    return this.redis.run(BEGIN, setupKeys.begun, args);
  };

  readonly begun: Setups['begun'] = (peer, transactionID, address) => {
    const args = [nameOfSetup(peer, transactionID), setupAddress(address)];
    return this.redis.run(BEGUN, setupKeys.begun, args);
  };

  readonly prove: Setups['prove'] = (transactionID, setup, limit) => {
    const { peer, ourToken } = setup;
    const keys = [...setupKeys.begun, setupKeys.provenOf(transactionID), setupKeys.provenOfPeer(peer)];
    return this.redis.run(PROVE, keys, [nameOfSetup(peer, transactionID), ourToken, textOf(setup), limit]);
  };

  readonly proven: Setups['proven'] = (transactionID) =>
    this.redis.run(PROVEN, [setupKeys.provenOf(transactionID)], []);

  readonly finish: Setups['finish'] = (transactionID, setup) => {
    const keys = [setupKeys.provenOf(transactionID), setupKeys.provenOfPeer(setup.peer)];
    return this.redis.run(FINISH, keys, [textOf(setup)]);
  };

  readonly countWrong: Setups['countWrong'] = async (address) => {
    const count = await this.redis.run(COUNT_WRONG, [setupKeys.wrongOf(address)], [this.bounds.lifeMs]);
    return count > this.bounds.wrongPerAddress;
  };
}

/** The same set-up is always the same text. */
const textOf = ({ peer, theirToken, ourToken, schema, spelling }: ProvenSetup): string =>
  JSON.stringify({ peer, theirToken, ourToken, schema, spelling });
