import type { CheckEntitlement, KeepAlive, KeepAliveEntry as CoreEntry, Sync } from '@sap2/session-core';
import type { KeepAliveEntry, ResponsePrimitive, UserKeepAliveRequest } from '@sap2/ssp-wire';
import type { RequestContext, Route } from '../request-context.js';
import { type DomainRefusal, keepAliveRefusal, keepAliveResponse, notEntitled } from '../status-table.js';
import { namesOf } from './touches.js';

/** ssp-binding §4.3: single, batch and sync. */
export class UserKeepAliveHandler implements Route<UserKeepAliveRequest> {
  readonly repetition = 'executed-again';
  readonly urgency = 'keep-alive';

  constructor(
    private readonly entitlement: CheckEntitlement,
    private readonly keepAlive: KeepAlive,
    private readonly sync: Sync,
    private readonly keepAliveDefaultS: number,
  ) {}

  private readonly refusal = (refusal: DomainRefusal): ResponsePrimitive =>
    keepAliveRefusal(refusal, this.keepAliveDefaultS);

  /** A list names no users, and may have sessions of any in it. */
  readonly touches = ({ form, metaInfo }: UserKeepAliveRequest): readonly string[] | 'everybody' =>
    form.type === 'single' ? namesOf(metaInfo, form.userSessionID) : 'everybody';

  readonly handle = async (
    { form, metaInfo }: UserKeepAliveRequest,
    { peer }: RequestContext,
  ): Promise<ResponsePrimitive> => {
    const { serviceID: requestor, user } = metaInfo.requestor;
    if (form.type === 'single') {
      const entitled = this.entitlement.execute({ peer, requestor, user, needs: 'user' });
      if (entitled.kind !== 'entitled') return notEntitled(entitled, this.refusal);
      const single = { form: 'single', peer, user: entitled.user, entry: entryOf(form) } as const;
      return keepAliveResponse(await this.keepAlive.execute(single));
    }
    const entitled = this.entitlement.execute({ peer, requestor, user, needs: 'nobody' });
    if (entitled.kind !== 'entitled') return notEntitled(entitled, this.refusal);
    const entries = form.entries.map(entryOf);
    if (form.type === 'batch') {
      return keepAliveResponse(await this.keepAlive.execute({ form: 'batch', peer, entries }));
    }
    const { syncID, part, parts, sapEpoch } = form;
    const { answer } = await this.sync.execute({ peer, entries, syncID, part, parts, sapEpoch });
    return keepAliveResponse(answer);
  };
}

const entryOf = ({ userSessionID, timeToLive }: KeepAliveEntry): CoreEntry => ({
  userSessionID,
  timeToLiveS: timeToLive,
});
