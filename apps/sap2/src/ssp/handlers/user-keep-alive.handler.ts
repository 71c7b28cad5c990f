import type {
  CheckEntitlement,
  KeepAlive,
  KeepAliveEntry as CoreEntry,
  SessionPolicy,
  Sync,
} from '@sap2/session-core';
import type { KeepAliveEntry, ResponsePrimitive, UserKeepAliveRequest } from '@sap2/ssp-wire';
import type { Route } from '../request-context.js';
import { type DomainRefusal, keepAliveRefusal, keepAliveResponse, notEntitled } from '../status-table.js';
import { namesOf } from './touches.js';

export interface UserKeepAliveNeeds {
  readonly entitlement: CheckEntitlement;
  readonly keepAlive: KeepAlive;
  readonly sync: Sync;
  readonly policy: Pick<SessionPolicy, 'keepAliveDefaultS'>;
}

/** ssp-binding §4.3: single, batch and sync. */
export function userKeepAlive(on: UserKeepAliveNeeds): Route<UserKeepAliveRequest> {
  const refusal = (refused: DomainRefusal): ResponsePrimitive =>
    keepAliveRefusal(refused, on.policy.keepAliveDefaultS);
  return {
    repetition: 'executed-again',
    urgency: 'keep-alive',
    // A list names no users, and may have sessions of any in it.
    touches: ({ form, metaInfo }) =>
      form.type === 'single' ? namesOf(metaInfo, form.userSessionID) : 'everybody',
    handle: async ({ form, metaInfo }, { peer }) => {
      const { serviceID: requestor, user } = metaInfo.requestor;
      if (form.type === 'single') {
        const entitled = on.entitlement.execute({ peer, requestor, user, needs: 'user' });
        if (entitled.kind !== 'entitled') return notEntitled(entitled, refusal);
        const single = { form: 'single', peer, user: entitled.user, entry: entryOf(form) } as const;
        return keepAliveResponse(await on.keepAlive.execute(single));
      }
      const entitled = on.entitlement.execute({ peer, requestor, user, needs: 'nobody' });
      if (entitled.kind !== 'entitled') return notEntitled(entitled, refusal);
      const entries = form.entries.map(entryOf);
      if (form.type === 'batch') {
        return keepAliveResponse(await on.keepAlive.execute({ form: 'batch', peer, entries }));
      }
      const { syncID, part, parts, sapEpoch } = form;
      const { answer } = await on.sync.execute({ peer, entries, syncID, part, parts, sapEpoch });
      return keepAliveResponse(answer);
    },
  };
}

const entryOf = ({ userSessionID, timeToLive }: KeepAliveEntry): CoreEntry => ({
  userSessionID,
  timeToLiveS: timeToLive,
});
