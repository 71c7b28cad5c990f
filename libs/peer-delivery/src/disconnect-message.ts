import type { Agreement, SspSession } from '@sap2/peer-link';
import { type DueDisconnect, type EndCause, statusOfEnd } from '@sap2/session-core';
import { encodeSsp, type RequestTransaction } from '@sap2/ssp-wire';

/** Bytes of a message: what a peer has to take by default (ssp-binding §2). */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** Characters of an administrator's reason that the peer gets. It must fit a screen. */
const MAX_REASON_LENGTH = 200;

const WORDS = {
  logout: 'The user logged out.',
  expired: 'The session expired: no keep-alive came in time.',
  administrator: 'An administrator ended the session.',
  'account-suspended': 'The account was suspended.',
  'account-deleted': 'The account was deleted.',
  'credentials-changed': 'The credentials of the account were changed.',
  replaced: 'The same client logged in anew.',
  evicted: 'The user logged in with one client more than is allowed at once.',
  'left-out-of-sync': 'The operator left the session out of its complete list.',
  'agreement-ended': 'The agreement with the operator ended.',
} satisfies Record<EndCause, string>;

/**
 * Seconds to wait before the next login, only after an eviction. A login at once would evict another client of the
 * same user, which would do the same.
 */
const TRY_AGAIN_S: Partial<Record<EndCause, number>> = { evicted: 60 };

export interface FittedMessage {
  readonly bytes: Uint8Array;
  readonly sent: readonly DueDisconnect[];
  /** Would have made it too long. */
  readonly left: readonly DueDisconnect[];
}

/** One message for as many disconnects as fit into it, the oldest first (ssp-binding §5). */
export function fitIntoMessage(
  due: readonly DueDisconnect[],
  session: SspSession,
  agreement: Agreement,
): FittedMessage {
  let count = due.length;
  let bytes = messageFor(due, session, agreement);
  while (bytes.length > MAX_MESSAGE_BYTES && count > 1) {
    count = Math.ceil(count / 2);
    bytes = messageFor(due.slice(0, count), session, agreement);
  }
  return { bytes, sent: due.slice(0, count), left: due.slice(count) };
}

function messageFor(
  due: readonly DueDisconnect[],
  { ourID: sessionID }: SspSession,
  { namespace, ownServiceID }: Agreement,
): Uint8Array {
  const transactions = due.map((one) => transactionFor(one, ownServiceID));
  return Buffer.from(encodeSsp({ kind: 'session', namespace, sessionID, transactions }));
}

function transactionFor(due: DueDisconnect, ownServiceID: string): RequestTransaction {
  const { transactionID, sessionID, userID, client, cause, reason } = due;
  return {
    mode: 'Request',
    transactionID,
    primitive: {
      kind: 'UserDisconnectRequest',
      metaInfo: { clientOriginated: false, requestor: { serviceID: ownServiceID, user: undefined } },
      userSessionID: sessionID,
      user: { userID, clientID: client },
      status: {
        code: statusOfEnd(cause),
        description: describe(cause, reason),
        detailedResults: [],
        tryAgainTimeoutS: undefined,
      },
      tryAgainTimeoutS: TRY_AGAIN_S[cause],
    },
  };
}

function describe(cause: EndCause, reason: string | undefined): string {
  if (reason === undefined || reason === '') return WORDS[cause];
  return `${WORDS[cause]} Reason: ${Array.from(reason).slice(0, MAX_REASON_LENGTH).join('')}`;
}
