import {
  child,
  type Element,
  element,
  integer,
  mapped,
  optionalChild,
  optionalContent,
  type Part,
  string,
  textElement,
} from '@sap2/xml-codec';
import type { CspClientID, CspResult, CspVersion } from './messages.js';
import { description, isPlain, plainId, seconds, someText } from './text-types.js';

/** Longer ids than SAP 2 takes are refused there, where the answer says so. */
export const MAX_ID = 256;

export const optionalText = (name: string, max: number): Part<string | undefined> =>
  optionalChild(textElement(name, someText(max)));

export const optionalSeconds = (name: string): Part<number | undefined> =>
  optionalChild(textElement(name, seconds));

export const sessionID = optionalChild(textElement('SessionID', plainId(MAX_ID)));

/** A part that is written only in this version and later ones; it is read in each. */
export const since = <T>(first: CspVersion, version: CspVersion, part: Part<T>): Part<T> =>
  version >= first ? part : { ...part, write: () => '' };

/** A part of an answer. It is left out where its text needs an XML entity. */
export const leftOutUnlessPlain = (part: Part<string | undefined>): Part<string | undefined> => ({
  ...part,
  write: (value) => part.write(value !== undefined && isPlain(value) ? value : undefined),
});

// ---- who speaks ---------------------------------------------------------------------------------------------------

interface ClientIDOnWire extends CspClientID {
  /** Some handsets have the URL as the text of `ClientID` itself. */
  readonly text: string | undefined;
}

const isNone = ({ url, msisdn, applicationID }: CspClientID): boolean =>
  (url ?? msisdn ?? applicationID) === undefined;

const clientIDElement: Element<CspClientID | undefined> = mapped<ClientIDOnWire, CspClientID | undefined>(
  element<ClientIDOnWire>('ClientID', {
    url: optionalText('URL', MAX_ID),
    msisdn: optionalText('MSISDN', MAX_ID),
    applicationID: optionalText('ApplicationID', MAX_ID),
    text: optionalContent(string(MAX_ID)),
  }),
  ({ text, ...forms }) => {
    const found = { ...forms, url: forms.url ?? text };
    return isNone(found) ? undefined : found;
  },
  (value) => ({ url: undefined, msisdn: undefined, applicationID: undefined, ...value, text: undefined }),
);

const writtenForms = (
  version: CspVersion,
  isWritten: (form: string) => boolean,
): Part<CspClientID | undefined> => {
  const part = optionalChild(clientIDElement);
  const written = (form: string | undefined): string | undefined =>
    form !== undefined && isWritten(form) ? form : undefined;
  return {
    ...part,
    write: (value) => {
      const forms = {
        url: written(value?.url),
        msisdn: written(value?.msisdn),
        applicationID: version >= '1.3' ? written(value?.applicationID) : undefined,
      };
      return part.write(isNone(forms) ? undefined : forms);
    },
  };
};

export const clientID = (version: CspVersion): Part<CspClientID | undefined> =>
  writtenForms(version, () => true);

/** The same in an answer: a form that needs an XML entity is left out. */
export const echoedClientID = (version: CspVersion): Part<CspClientID | undefined> =>
  writtenForms(version, isPlain);

// ---- results ------------------------------------------------------------------------------------------------------

export const result = (version: CspVersion): Part<CspResult> =>
  child(
    element<CspResult>('Result', {
      code: child(textElement('Code', integer(100, 999))),
      description: optionalChild(textElement('Description', description(4096))),
      tryAgainTimeoutS: since('1.3', version, optionalSeconds('TryAgainTimeout')),
    }),
  );
