import type { ResponsePrimitive, WireUser } from '@sap2/ssp-wire';
import { metaInfo, userLogoutRequest } from '../../requests.js';
import type { AfterSilence } from '../providers/provider.js';
import type { ProviderDesk } from '../providers/provider-desk.js';
import type { SessionBook } from '../sessions/session-book.js';

/** A sync ends only sessions that are older than 120 s (ssp-binding §4.3). */
const SYNC_AFTER_MS = 130_000;

/**
 * Ends sessions whose handset had 504 before SAP 2 answered its login: no handset knows them. Where SAP 2 never
 * answers, a sync ends what may have begun there.
 */
export class UnseenSessions {
  constructor(
    private readonly serviceID: string,
    private readonly book: SessionBook,
    private readonly ended: (userSessionID: string) => void,
  ) {}

  after(desk: ProviderDesk, user: WireUser): AfterSilence {
    return {
      known: (answer) => this.#end(desk, user, answer),
      givenUp: () => desk.sync.begin(SYNC_AFTER_MS),
    };
  }

  #end(desk: ProviderDesk, user: WireUser, answer: ResponsePrimitive): void {
    const id = answer.kind === 'UserLoginResponse' ? answer.userSessionID : undefined;
    // A resumed session is in the book, and its handset knows it.
    if (id === undefined || this.book.find(id) !== undefined) return;
    this.ended(id);
    void desk.provider.ask(userLogoutRequest(metaInfo(this.serviceID, user), id), {
      known: () => undefined,
      givenUp: () => desk.sync.begin(SYNC_AFTER_MS),
    });
  }
}
