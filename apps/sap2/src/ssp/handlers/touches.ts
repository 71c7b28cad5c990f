import type { MetaInfo } from '@sap2/ssp-wire';

/** Whom a request is about, by user and by session: two requests that share a name keep their order (ssp-binding §1). */
export function namesOf(
  metaInfo: MetaInfo,
  ...sessionIDs: readonly (string | undefined)[]
): readonly string[] {
  const userID = metaInfo.requestor.user?.userID;
  const sessions = sessionIDs.flatMap((id) => (id === undefined ? [] : [`session ${id}`]));
  return userID === undefined ? sessions : [`user ${userID.toLowerCase()}`, ...sessions];
}
