import {
  AGREEMENT_BOOK,
  type AgreementBook,
  type AgreementPorts,
  ChangeAgreement,
  type Contradictions,
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
import { SessionEnd } from '@sap2/session-core';
import { provide } from './provide.js';

const AGREEMENT_PORTS = Symbol('AgreementPorts');

/** What cannot be right in an agreement as a whole, or where our calls must not go. */
const contradictionsWith =
  (networks: PeerNetworks): Contradictions =>
  (settings) => {
    const { callbackUrl } = settings;
    const refusal = callbackUrl === undefined ? undefined : networks.refusalOfUrl(callbackUrl);
    const url = refusal === undefined ? [] : [{ field: 'callbackUrl', what: `cannot be called: ${refusal}` }];
    return [...contradictionsIn(settings), ...url];
  };

/** What administrators can do with agreements. */
export const AGREEMENT_ADMINISTRATION_PROVIDERS = [
  provide(
    AGREEMENT_PORTS,
    (book: AgreementBook, end: SessionEnd, sspSessions: SspSessions): AgreementPorts => ({
      book,
      end,
      sspSessions,
    }),
    AGREEMENT_BOOK,
    SessionEnd,
    SSP_SESSIONS,
  ),
  provide(
    CreateAgreement,
    (book: AgreementBook, networks: PeerNetworks) => new CreateAgreement(book, contradictionsWith(networks)),
    AGREEMENT_BOOK,
    PeerNetworks,
  ),
  provide(
    ChangeAgreement,
    (ports: AgreementPorts, networks: PeerNetworks) =>
      new ChangeAgreement(ports, contradictionsWith(networks)),
    AGREEMENT_PORTS,
    PeerNetworks,
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
