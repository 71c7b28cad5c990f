import { attributeText, type Element, elementText } from '@sap2/xml-codec';
import { ENVELOPE } from './envelope.js';
import type {
  RequestPrimitive,
  ResponsePrimitive,
  SetupPrimitive,
  SspMessage,
  TransactionMode,
} from './messages.js';
import { REQUEST_PRIMITIVES, RESPONSE_PRIMITIVES } from './session.table.js';
import { SETUP_PRIMITIVES } from './setup.table.js';

type Primitive = SetupPrimitive | RequestPrimitive | ResponsePrimitive;
type ByKind = { readonly [P in Primitive as P['kind']]: P };

const PRIMITIVES: { readonly [K in keyof ByKind]: Element<ByKind[K]> } = {
  ...SETUP_PRIMITIVES,
  ...REQUEST_PRIMITIVES,
  ...RESPONSE_PRIMITIVES,
};

/** A document, to be sent as UTF-8. The same message always gives the same text. */
export function encodeSsp(message: SspMessage): string {
  const content =
    message.kind === 'setup'
      ? writeTransaction(ENVELOPE.setup, message)
      : elementText(
          ENVELOPE.session,
          attributeText('sessionID', message.sessionID),
          message.transactions
            .map((transaction) => writeTransaction(ENVELOPE.transaction, transaction))
            .join(''),
        );
  const root = elementText(ENVELOPE.message, attributeText('xmlns', message.namespace), content);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}`;
}

/**
 * A stable text for the meaning of a request. Two requests have the same text if they decode to the same value,
 * whatever their spelling. It is for the hash of ssp-binding §6. It contains the password, so use it only in a
 * keyed hash.
 */
export const canonicalContent = (primitive: RequestPrimitive): string =>
  writePrimitive(primitive.kind, primitive);

function writeTransaction(
  name: string,
  transaction: {
    readonly mode: TransactionMode;
    readonly transactionID: string;
    readonly primitive: Primitive;
  },
): string {
  const { mode, transactionID, primitive } = transaction;
  const head = attributeText('mode', mode) + attributeText('transactionID', transactionID);
  return elementText(name, head, writePrimitive(primitive.kind, primitive));
}

const writePrimitive = <K extends keyof ByKind>(kind: K, primitive: ByKind[K]): string =>
  PRIMITIVES[kind].write(primitive);
