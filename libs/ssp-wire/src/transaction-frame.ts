import {
  attributeValue,
  type Element,
  type Frame,
  IGNORED,
  Refusal,
  type XmlAttribute,
  string,
} from '@sap2/xml-codec';
import type {
  DecodedTransaction,
  RequestPrimitive,
  ResponsePrimitive,
  Transaction,
  TransactionMode,
} from './messages.js';
import { REQUEST_PRIMITIVES, RESPONSE_PRIMITIVES } from './session.table.js';
import { MAX_ID } from './shared.table.js';

/** A table by the names on the wire. */
export const byName = <P>(table: Readonly<Record<string, Element<P>>>): ReadonlyMap<string, Element<P>> =>
  new Map(Object.values(table).map((primitive) => [primitive.name, primitive]));

const REQUESTS = byName<RequestPrimitive>(REQUEST_PRIMITIVES);
const RESPONSES = byName<ResponsePrimitive>(RESPONSE_PRIMITIVES);
const NOT_ONE = new Refusal(400, 'not exactly one primitive');

export const transactionId = string(MAX_ID);

export interface TransactionHead {
  readonly mode: TransactionMode;
  readonly transactionID: string;
}

/**
 * Without these two the sender cannot get an answer. So their lack is a fault of the document, not of the
 * transaction (ssp-binding §1).
 */
export function readHead(attributes: readonly XmlAttribute[]): TransactionHead | undefined {
  const mode = attributeValue(attributes, 'mode');
  const transactionID = attributeValue(attributes, 'transactionID');
  return (mode === 'Request' || mode === 'Response') && transactionID ? { mode, transactionID } : undefined;
}

/** One `Transaction`: gives what it says or its fault, and leaves its neighbours alone (ssp-binding §1). */
export class TransactionFrame implements Frame {
  private primitives = 0;
  /** The first word counts; only a second primitive overrules it. */
  private result: Transaction | Refusal | undefined;

  constructor(
    private readonly head: TransactionHead,
    private readonly done: (transaction: DecodedTransaction) => void,
  ) {
    const parsed = transactionId.parse(head.transactionID);
    if (parsed instanceof Refusal) this.result = parsed.at('transactionID');
  }

  child(name: string, home: boolean, attributes: readonly XmlAttribute[]): Frame {
    this.primitives++;
    if (this.primitives > 1) this.result = NOT_ONE;
    else if (!home) this.settle(new Refusal(405, 'a primitive of another namespace'));
    else return this.openPrimitive(name, attributes);
    return IGNORED;
  }

  text(): void {}

  close(): void {
    const result = this.result ?? NOT_ONE;
    this.done(
      result instanceof Refusal ? { ...this.head, fault: { code: result.code, detail: result.why } } : result,
    );
  }

  private openPrimitive(name: string, attributes: readonly XmlAttribute[]): Frame {
    const { mode, transactionID } = this.head;
    const refuse = (refusal: Refusal): void => this.settle(refusal);
    const request = REQUESTS.get(name);
    const response = RESPONSES.get(name);
    if (request && mode === 'Request')
      return request.open(attributes, {
        take: (primitive) => this.settle({ mode, transactionID, primitive }),
        refuse,
      });
    if (response && mode === 'Response')
      return response.open(attributes, {
        take: (primitive) => this.settle({ mode, transactionID, primitive }),
        refuse,
      });
    refuse(
      request || response
        ? new Refusal(400, `not in a ${mode}`).at(name)
        : new Refusal(405, 'an unknown primitive'),
    );
    return IGNORED;
  }

  private settle(result: Transaction | Refusal): void {
    this.result ??= result;
  }
}
