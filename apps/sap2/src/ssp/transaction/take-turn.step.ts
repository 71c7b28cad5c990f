import type { Measures } from '@sap2/observability';
import { type Directory, type Domain, parseUserID } from '@sap2/session-core';
import { FairTurns } from '../../listeners/fair-turns.js';
import { RETRY_AFTER_S } from '../message/message.js';
import { bareStatus } from '../status-table.js';
import type { ReadTransaction, TransactionStep } from './transaction.js';

/**
 * Logins of each line in progress at once, of all peers. They keep the hashes and the connections to PostgreSQL busy. More
 * would wait in the queues of those, which are shared, so that one peer's logins would delay all others.
 */
const LOGINS_AT_ONCE = 16;

/** Waiting logins of one peer. One message may have many. */
const WAITING_OF_PEER = 5_000;

export interface TakeTurnNeeds {
  readonly loginWaitMs: number;
  readonly directory: Pick<Directory, 'domain'>;
  readonly measures: Pick<Measures, 'turnedAway' | 'watchLogins'>;
}

/**
 * Logins take turns by their peers. Those with a password cost a hash and have a line of their own. So a storm of
 * them delays no other login (docs/adr/0046). Each domain with a user directory has a line too, because a directory may be
 * slow (docs/adr/0054). Nothing is done for a refused login, so its repetition starts afresh.
 */
export function takeTurn({ loginWaitMs, directory, measures }: TakeTurnNeeds): TransactionStep {
  const newLine = () => new FairTurns(LOGINS_AT_ONCE, { ofOwner: WAITING_OF_PEER, longestMs: loginWaitMs });
  const lines = { password: newLine(), other: newLine() };
  const directories = new Map<Domain, FairTurns>();
  measures.watchLogins('password', lines.password);
  measures.watchLogins('other', lines.other);
  measures.watchLogins('directory', waitingIn(directories));
  const lineOf = (primitive: ReadTransaction['primitive']): readonly [LineKind, FairTurns] => {
    const user = userWithPassword(primitive);
    if (user === undefined) return ['other', lines.other];
    const name = parseUserID(user);
    const domain = name.ok ? directory.domain(name.value.domain) : undefined;
    if (domain?.hasUserDirectory !== true) return ['password', lines.password];
    const line = directories.get(domain.name) ?? newLine();
    directories.set(domain.name, line);
    return ['directory', line];
  };
  return (transaction, next) => {
    if (transaction.route.urgency !== 'login') return next(transaction);
    const { peer } = transaction.agreement;
    const [kind, line] = lineOf(transaction.primitive);
    return line.run(
      peer,
      () => next(transaction),
      () => {
        measures.turnedAway(peer, `${kind}-line`);
        return bareStatus(503, 'Not now (too many logins wait).', RETRY_AFTER_S);
      },
    );
  };
}

type LineKind = 'password' | 'other' | 'directory';

const waitingIn = (lines: ReadonlyMap<Domain, FairTurns>) => ({
  get waiting(): number {
    return [...lines.values()].reduce((sum, { waiting }) => sum + waiting, 0);
  },
});

/** Whom a login with a password names, as sent. Undefined: another request. */
const userWithPassword = (primitive: ReadTransaction['primitive']): string | undefined =>
  primitive.kind === 'UserLoginRequest' && primitive.credential.scheme === 'password'
    ? (primitive.metaInfo.requestor.user?.userID ?? '')
    : undefined;
