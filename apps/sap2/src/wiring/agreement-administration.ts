import {
  AGREEMENT_BOOK,
  type AgreementBook,
  type AgreementPorts,
  ChangeAgreement,
  CreateAgreement,
  DeleteAgreement,
  LookAtAgreement,
  PEER_LINES,
  type PeerLines,
} from '@sap2/administration';
import { contradictionsIn } from '@sap2/config';
import { SSP_SESSIONS, type SspSessions } from '@sap2/peer-link';
import { LIVE_SESSIONS, type LiveSessions } from '@sap2/session-core';
import { provide } from './provide.js';

const AGREEMENT_PORTS = Symbol('AgreementPorts');

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
  provide(
    CreateAgreement,
    (book: AgreementBook) => new CreateAgreement(book, contradictionsIn),
    AGREEMENT_BOOK,
  ),
  provide(
    ChangeAgreement,
    (ports: AgreementPorts) => new ChangeAgreement(ports, contradictionsIn),
    AGREEMENT_PORTS,
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
];

/** What the door needs of them. */
export const AGREEMENT_OPERATIONS = [
  AGREEMENT_BOOK,
  CreateAgreement,
  ChangeAgreement,
  DeleteAgreement,
  LookAtAgreement,
];
