import {
  child,
  type Dialect,
  type Element,
  element,
  type Frame,
  IGNORED,
  mapped,
  optionalChild,
  type Part,
  Refusal,
  textElement,
  type ValueType,
  type XmlAttribute,
} from '@sap2/xml-codec';
import {
  CSP_VERSIONS,
  type CspEncoding,
  type CspVersion,
  type DecodedCspMessage,
  type SessionDescriptor,
  type TransactionMode,
} from './messages.js';
import { CSP_NAMESPACES, NAMESPACES, nearestVersion, versionOf } from './namespaces.js';
import { MAX_ID, sessionID } from './shared.table.js';
import { boolean, plainId } from './text-types.js';
import { transactionContent } from './transaction-content.js';

const oneOf = <const T extends string>(...words: readonly T[]): ValueType<T> => ({
  parse: (raw) => words.find((word) => word === raw) ?? new Refusal(400, `not ${words.join(' or ')}`),
  print: (value) => value,
});

/** Only the first child with this name counts; what comes behind it is not even read. */
const firstChild = <T>(of: Element<T>): Part<T> => ({
  ...child(of),
  child: (attributes, values, receiver) => (values.length === 0 ? of.open(attributes, receiver) : IGNORED),
});

/** A transaction without it has no primitive, as one whose content is empty. */
const contentOf = (version: CspVersion): Part<DecodedCspMessage['primitive']> => {
  const part = child(transactionContent(version));
  return {
    ...part,
    settle: (attributes, text, values) =>
      values.length === 0 ? { kind: 'empty' } : part.settle(attributes, text, values),
  };
};

const poll = optionalChild(textElement('Poll', boolean));
const unwritten = <T>(part: Part<T>): Part<T> => ({ ...part, write: () => '' });

/** The names are those of the wire. */
interface DescriptorOnWire {
  readonly mode: TransactionMode;
  readonly transactionID: string | undefined;
  readonly poll: boolean | undefined;
}

interface TransactionOnWire {
  readonly descriptor: DescriptorOnWire;
  readonly content: DecodedCspMessage['primitive'];
}

interface SessionOnWire {
  readonly descriptor: SessionDescriptor;
  readonly transaction: TransactionOnWire;
  readonly poll: boolean | undefined;
}

type Envelope = Omit<DecodedCspMessage, 'version' | 'encoding'>;

const sessionDescriptor = element<SessionDescriptor>('SessionDescriptor', {
  type: child(textElement('SessionType', oneOf('Inband', 'Outband'))),
  sessionID,
});

const transaction = (version: CspVersion): Element<TransactionOnWire> =>
  element<TransactionOnWire>('Transaction', {
    descriptor: child(
      element<DescriptorOnWire>('TransactionDescriptor', {
        mode: child(textElement('TransactionMode', oneOf('Request', 'Response'))),
        transactionID: optionalChild(textElement('TransactionID', plainId(MAX_ID))),
        poll: version === '1.1' ? poll : unwritten(poll),
      }),
    ),
    content: contentOf(version),
  });

const session = (version: CspVersion): Element<SessionOnWire> =>
  element<SessionOnWire>('Session', {
    descriptor: child(sessionDescriptor),
    transaction: firstChild(transaction(version)),
    poll: version === '1.1' ? unwritten(poll) : poll,
  });

const message = (version: CspVersion): Element<Envelope> =>
  mapped<{ readonly session: SessionOnWire }, Envelope>(
    element('WV-CSP-Message', { session: child(session(version)) }, { xmlns: NAMESPACES[version].message }),
    (found) => ({
      session: found.session.descriptor,
      mode: found.session.transaction.descriptor.mode,
      transactionID: found.session.transaction.descriptor.transactionID,
      poll: found.session.transaction.descriptor.poll ?? found.session.poll,
      primitive: found.session.transaction.content,
    }),
    ({ session: descriptor, primitive, ...head }) => ({
      session: { descriptor, transaction: { descriptor: head, content: primitive }, poll: head.poll },
    }),
  );

const MESSAGES: ReadonlyMap<CspVersion, Element<Envelope>> = new Map(
  CSP_VERSIONS.map((version) => [version, message(version)]),
);

/** The root element of a version; it serves both encodings. */
export function messageElement(version: CspVersion): Element<Envelope> {
  const found = MESSAGES.get(version);
  if (found === undefined) throw new Error('There is no table for this version of CSP');
  return found;
}

/** Documents of CSP. Their elements are known by the local name, whatever namespace they are in. */
export const cspDialect = (encoding: CspEncoding): Dialect<DecodedCspMessage> => ({
  namespaces: CSP_NAMESPACES,
  open: (outcome) => ({
    ...IGNORED,
    child: (name, _home, attributes, namespace) => {
      if (name !== 'WV-CSP-Message') return outcome.refuse('the root is not WV-CSP-Message');
      const spoken = versionOf(namespace);
      const version = spoken ?? nearestVersion(namespace);
      const root = messageElement(version).open(attributes, {
        take: (envelope) =>
          outcome.take({
            version,
            encoding,
            ...envelope,
            primitive: spoken === undefined ? { kind: 'unsupported-version' } : envelope.primitive,
          }),
        refuse: (refusal) => outcome.refuse(refusal.why),
      });
      return new LocalNames(root);
    },
  }),
});

/** Says of each element that its namespace is at home. */
export class LocalNames implements Frame {
  constructor(private readonly inner: Frame) {}

  child(name: string, _home: boolean, attributes: readonly XmlAttribute[], namespace: string | null): Frame {
    const frame = this.inner.child(name, true, attributes, namespace);
    return frame === IGNORED ? frame : new LocalNames(frame);
  }

  text(chunk: string): void {
    this.inner.text(chunk);
  }

  close(): void {
    this.inner.close();
  }
}
