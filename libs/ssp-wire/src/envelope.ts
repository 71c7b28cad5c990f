import {
  attributeValue,
  type Frame,
  IGNORED,
  type Outcome,
  Refusal,
  type XmlAttribute,
} from '@sap2/xml-codec';
import {
  type DecodedMessage,
  type DecodedTransaction,
  isSspNamespace,
  type SetupPrimitive,
  type SspNamespace,
} from './messages.js';
import { SETUP_PRIMITIVES } from './setup.table.js';
import { MAX_ID, serviceName } from './shared.table.js';
import {
  byName,
  readHead,
  TransactionFrame,
  transactionId,
  type TransactionHead,
} from './transaction-frame.js';

/** Element names of ssp-binding §1. */
export const ENVELOPE = {
  message: 'WV-SSP-Message',
  setup: 'SetupTransaction',
  session: 'Session',
  transaction: 'Transaction',
} as const;

/** ssp-binding §1. */
const MAX_TRANSACTIONS = 500;

const SETUP = byName<SetupPrimitive>(SETUP_PRIMITIVES);

/** What the root stands in. Text of this and the next frames is between elements and means nothing. */
export class DocumentFrame implements Frame {
  constructor(private readonly outcome: Outcome<DecodedMessage>) {}

  child(name: string, _home: boolean, _attributes: readonly XmlAttribute[], namespace: string | null): Frame {
    return name === ENVELOPE.message && isSspNamespace(namespace)
      ? new MessageFrame(this.outcome, namespace)
      : this.outcome.refuse(`the root is not ${ENVELOPE.message} in a namespace of the binding`);
  }

  text(): void {}
  close(): void {}
}

class MessageFrame implements Frame {
  private children = 0;

  constructor(
    private readonly outcome: Outcome<DecodedMessage>,
    private readonly namespace: SspNamespace,
  ) {}

  child(name: string, home: boolean, attributes: readonly XmlAttribute[]): Frame {
    this.children++;
    if (this.children > 1 || !home) return this.refuse();
    if (name === ENVELOPE.setup) return new SetupFrame(this.outcome, this.namespace, attributes);
    if (name === ENVELOPE.session) return new SessionFrame(this.outcome, this.namespace, attributes);
    return this.refuse();
  }

  text(): void {}

  close(): void {
    if (this.children === 0) this.refuse();
  }

  private refuse(): Frame {
    const { message, setup, session } = ENVELOPE;
    return this.outcome.refuse(`${message} has not exactly one child, ${setup} or ${session}`);
  }
}

const BAD_HEAD = 'without mode Request or Response, or without transactionID';

/** The sender is not known yet and cannot get a `Status`, so each fault belongs to the document. */
class SetupFrame implements Frame {
  private readonly head: TransactionHead | undefined;
  private primitive: SetupPrimitive | undefined;
  private children = 0;

  constructor(
    private readonly outcome: Outcome<DecodedMessage>,
    private readonly namespace: SspNamespace,
    attributes: readonly XmlAttribute[],
  ) {
    this.head = readHead(attributes);
    if (this.head === undefined) outcome.refuse(`${ENVELOPE.setup} ${BAD_HEAD}`);
    else if (transactionId.parse(this.head.transactionID) instanceof Refusal)
      outcome.refuse(`${ENVELOPE.setup} with a transactionID longer than ${MAX_ID} characters`);
  }

  child(name: string, home: boolean, attributes: readonly XmlAttribute[]): Frame {
    this.children++;
    const primitive = home && this.children === 1 ? SETUP.get(name) : undefined;
    if (primitive === undefined) return this.refuse();
    return primitive.open(attributes, {
      take: (value) => (this.primitive = value),
      refuse: (refusal) => this.outcome.refuse(refusal.why),
    });
  }

  text(): void {}

  close(): void {
    const { namespace, head, primitive } = this;
    if (head === undefined || primitive === undefined) this.refuse();
    else this.outcome.take({ kind: 'setup', namespace, ...head, primitive });
  }

  private refuse(): Frame {
    return this.outcome.refuse(`${ENVELOPE.setup} has not exactly one primitive of the set-up`);
  }
}

class SessionFrame implements Frame {
  private readonly sessionID: string;
  private readonly transactions: DecodedTransaction[] = [];
  private begun = 0;

  constructor(
    private readonly outcome: Outcome<DecodedMessage>,
    private readonly namespace: SspNamespace,
    attributes: readonly XmlAttribute[],
  ) {
    this.sessionID = attributeValue(attributes, 'sessionID') ?? '';
    const parsed = serviceName.parse(this.sessionID);
    if (parsed instanceof Refusal) outcome.refuse(parsed.at(`sessionID of ${ENVELOPE.session}`).why);
  }

  child(name: string, home: boolean, attributes: readonly XmlAttribute[]): Frame {
    if (name !== ENVELOPE.transaction || !home) return IGNORED;
    this.begun++;
    if (this.begun > MAX_TRANSACTIONS)
      return this.outcome.refuse(`more than ${MAX_TRANSACTIONS} transactions`);
    const head = readHead(attributes);
    if (head === undefined) return this.outcome.refuse(`${ENVELOPE.transaction} ${BAD_HEAD}`);
    return new TransactionFrame(head, (transaction) => this.transactions.push(transaction));
  }

  text(): void {}

  close(): void {
    const { namespace, sessionID, transactions } = this;
    if (this.begun === 0) this.outcome.refuse(`${ENVELOPE.session} without a ${ENVELOPE.transaction}`);
    this.outcome.take({ kind: 'session', namespace, sessionID, transactions });
  }
}
