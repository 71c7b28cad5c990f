import { type EventLog, sessionTag } from '@sap2/observability';
import type { GatewayMeasures } from './admin/gateway-measures.js';
import type { FrontReport } from './front/csp-front.js';
import type { FrontServerReport } from './front/front-server.js';
import type { ProviderReport } from './providers/provider.js';
import type { CspSession } from './sessions/csp-session.js';

type Message = Parameters<FrontReport['answered']>[0];

/** What happens in the gateway, as events of the log and as metrics. None of it is a secret. */
export class GatewayReport implements ProviderReport, FrontReport, FrontServerReport {
  constructor(
    private readonly log: EventLog,
    private readonly measures: GatewayMeasures,
  ) {}

  changed(serviceID: string, state: string, detail: string | undefined): void {
    if (state === 'away') this.log.warn('provider_away', { peer: serviceID, detail });
    else this.log.event('provider_up', { peer: serviceID });
  }

  answerLost(serviceID: string, detail: string): void {
    this.log.warn('ssp_answer_lost', { peer: serviceID, detail });
  }

  asked(serviceID: string, primitive: string, outcome: string, durationMs: number): void {
    this.measures.asked(serviceID, primitive, outcome, durationMs);
    const fields = { peer: serviceID, primitive, outcome, durationMs };
    if (outcome === 'silent') this.log.warn('provider_silent', fields);
    else this.log.debug('ssp_answered', fields);
  }

  answered(message: Message, code: number | undefined, durationMs: number): void {
    const { primitive, version, encoding, session } = message;
    const shown = code === undefined ? 'none' : String(code);
    this.measures.request(primitive.kind, version, encoding, shown, durationMs);
    const fields = {
      primitive: primitive.kind,
      code,
      durationMs,
      session: session.sessionID === undefined ? undefined : sessionTag(session.sessionID),
    };
    if (primitive.kind === 'Login-Request') this.log.event('csp_login', fields);
    else this.log.debug('csp_answered', fields);
  }

  refused(httpStatus: number): void {
    this.measures.refused(httpStatus);
    this.log.debug('http_refused', { httpStatus });
  }

  failed(error: unknown): void {
    this.log.error('request_failed', { error });
  }

  ended({ id, provider }: CspSession, code: number, cause: string): void {
    this.measures.sessionEnded(cause);
    this.log.event('csp_session_ended', { session: sessionTag(id), peer: provider.serviceID, code, cause });
  }

  unseenEnded(userSessionID: string): void {
    this.measures.unseenEnded();
    this.log.warn('unseen_session_ended', { session: sessionTag(userSessionID) });
  }

  synced(serviceID: string, count: number): void {
    this.log.event('provider_synced', { peer: serviceID, count });
  }
}
