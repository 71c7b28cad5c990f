import { parseUserID } from '@sap2/session-core';
import type { MetaInfo } from '@sap2/ssp-wire';

/**
 * The account and the session that a request is about. All spellings of an account give one name. Two requests with a common
 * name keep their order (ssp-binding §1).
 */
export function namesOf(
  metaInfo: MetaInfo,
  ...sessionIDs: readonly (string | undefined)[]
): readonly string[] {
  const { user } = metaInfo.requestor;
  const sessions = sessionIDs.flatMap((id) => (id === undefined ? [] : [`session ${id}`]));
  const name = user && parseUserID(user.userID);
  return name?.ok ? [`user ${name.value.account}`, ...sessions] : sessions;
}
