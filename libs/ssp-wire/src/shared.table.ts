import {
  attribute,
  attributeOr,
  child,
  children,
  type Element,
  element,
  integer,
  mapped,
  nonEmpty,
  optionalAttribute,
  optionalChild,
  optionalContent,
  Refusal,
  string,
  textElement,
  yesNo,
} from '@sap2/xml-codec';
import type { DetailedResult, MetaInfo, Status, WireClientID, WireUser } from './messages.js';

// ---- values that several elements share; the longest ones are those of ssp-binding §4 --------------------------------

export const MAX_ID = 50;
/** userID and ClientID; also the names between SAPs, which have a domain name (253) in them. */
export const identity = nonEmpty(256);
export const serviceName = nonEmpty(300);
export const sessionId = nonEmpty(MAX_ID);
/** Incarnation of a SAP 1 node. */
export const epoch = nonEmpty(64);
/** For people: room for some sentences. */
export const description = string(4096);
/** Names of digest schemas; unknown ones are the service's business. */
export const schemaName = nonEmpty(32);
/** Nonce, DigestBytes and what is like them. */
export const digest = nonEmpty(128);
/** Times in seconds: any that fits; into the allowed range they are brought by the service. */
export const seconds = integer(0, 2 ** 31 - 1);

/** Entries of a keep-alive (ssp-binding §4.3), and what an answer can tell about them. */
export const MAX_ENTRIES = 1000;

// ---- who speaks, and for whom --------------------------------------------------------------------------------------

type ClientIDOnWire = Omit<WireClientID, 'applicationID'> & {
  readonly application: { readonly applicationID: string } | undefined;
};

const clientID = mapped<ClientIDOnWire, WireClientID>(
  element('ClientID', {
    url: optionalAttribute('url', identity),
    msisdn: optionalAttribute('msisdn', nonEmpty(32)),
    text: optionalContent(identity),
    application: optionalChild(
      element('ApplicationID', { applicationID: attribute('applicationID', identity) }),
    ),
  }),
  ({ url, msisdn, text, application }) => {
    const applicationID = application?.applicationID;
    return (url ?? msisdn ?? text ?? applicationID) === undefined
      ? new Refusal(400, 'has none of its forms')
      : { url, msisdn, text, applicationID };
  },
  ({ applicationID, ...rest }) => ({
    ...rest,
    application: applicationID === undefined ? undefined : { applicationID },
  }),
);

export const user: Element<WireUser> = element<WireUser>('User', {
  userID: attribute('userID', identity),
  clientID: optionalChild(clientID),
});

export const metaInfo: Element<MetaInfo> = element<MetaInfo>('MetaInfo', {
  clientOriginated: attributeOr('clientOriginated', yesNo, true),
  requestor: child(
    element<MetaInfo['requestor']>('Requestor', {
      serviceID: attribute('serviceID', serviceName),
      user: optionalChild(user),
    }),
  ),
});

// ---- results -------------------------------------------------------------------------------------------------------

const code = attribute('code', integer(100, 999));
const statusDescription = optionalChild(textElement('StatusDescription', description));

export const tryAgainTimeout = optionalChild(textElement('TryAgainTimeout', seconds));

const subject = mapped<{ readonly userSessionID: string }, string>(
  element('UserSession', { userSessionID: attribute('userSessionID', sessionId) }),
  ({ userSessionID }) => userSessionID,
  (userSessionID) => ({ userSessionID }),
);

const detailedResult = element<DetailedResult>('DetailedResult', {
  code,
  description: statusDescription,
  userSessionIDs: children(subject, MAX_ENTRIES),
});

export const status: Element<Status> = element<Status>('Status', {
  code,
  description: statusDescription,
  detailedResults: children(detailedResult, MAX_ENTRIES),
  tryAgainTimeoutS: tryAgainTimeout,
});
