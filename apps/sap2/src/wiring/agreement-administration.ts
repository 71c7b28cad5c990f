import {
  AGREEMENT_BOOK,
  type AgreementBook,
  type AgreementPorts,
  type AgreementRules,
  ChangeAgreement,
  CreateAgreement,
  DeleteAgreement,
  LookAtAgreement,
  PEER_LINES,
  type PeerLines,
  ProbeAgreement,
} from '@sap2/administration';
import { contradictionsIn } from '@sap2/config';
import {
  AGREEMENTS,
  type Agreements,
  PeerNetworks,
  SetUpProbe,
  SSP_SESSIONS,
  type SspSessions,
} from '@sap2/peer-link';
import { LIVE_SESSIONS, type LiveSessions } from '@sap2/session-core';
import type { EventLog } from '@sap2/observability';
import { warnOf } from './agreement-warnings.js';
import { provide } from './provide.js';
import { EVENT_LOG } from './tokens.js';

const AGREEMENT_PORTS = Symbol('AgreementPorts');
const AGREEMENT_RULES = Symbol('AgreementRules');

/** What cannot be right in an agreement as a whole, or where our calls must not go; and what its settings warn of. */
const rulesOf = (networks: PeerNetworks, log: EventLog): AgreementRules => ({
  contradictions: (settings) => {
    const { callbackUrl } = settings;
    const refusal = callbackUrl === undefined ? undefined : networks.refusalOfUrl(callbackUrl);
    const url = refusal === undefined ? [] : [{ field: 'callbackUrl', what: `cannot be called: ${refusal}` }];
    return [...contradictionsIn(settings), ...url];
  },
  onSettled: (agreement) => warnOf(agreement, log),
});

/** What administrators can do with agreements. */
export const AGREEMENT_ADMINISTRATION_PROVIDERS = [
  provide(
    AGREEMENT_PORTS,
    (book: AgreementBook, live: LiveSessions, sspSessions: SspSessions): AgreementPorts => ({
      book,
      live,
      sspSessions,
    }),
    AGREEMENT_BOOK,
    LIVE_SESSIONS,
    SSP_SESSIONS,
  ),
  provide(AGREEMENT_RULES, rulesOf, PeerNetworks, EVENT_LOG),
  provide(
    CreateAgreement,
    (book: AgreementBook, rules: AgreementRules) => new CreateAgreement(book, rules),
    AGREEMENT_BOOK,
    AGREEMENT_RULES,
  ),
  provide(
    ChangeAgreement,
    (ports: AgreementPorts, rules: AgreementRules) => new ChangeAgreement(ports, rules),
    AGREEMENT_PORTS,
    AGREEMENT_RULES,
  ),
  provide(DeleteAgreement, (ports: AgreementPorts) => new DeleteAgreement(ports), AGREEMENT_PORTS),
  provide(
    LookAtAgreement,
    (book: AgreementBook, sspSessions: SspSessions, lines: PeerLines) =>
      new LookAtAgreement(book, sspSessions, lines),
    AGREEMENT_BOOK,
    SSP_SESSIONS,
    PEER_LINES,
  ),
  provide(
    ProbeAgreement,
    (book: AgreementBook, agreements: Agreements, probe: SetUpProbe) =>
      new ProbeAgreement(book, agreements, probe),
    AGREEMENT_BOOK,
    AGREEMENTS,
    SetUpProbe,
  ),
];

/** What the door needs of them. */
export const AGREEMENT_OPERATIONS = [
  AGREEMENT_BOOK,
  CreateAgreement,
  ChangeAgreement,
  DeleteAgreement,
  LookAtAgreement,
  ProbeAgreement,
];
