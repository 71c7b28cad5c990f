import {
  CSP_MEDIA_TYPES,
  type CspMessage,
  type DecodedCspMessage,
  decodeCsp,
  encodeCsp,
  withoutDocumentType,
} from '@sap2/csp-wire';
import { Client } from 'undici';

/** The front holds a poll for some seconds. After this the line counts as broken. */
const ANSWER_TIMEOUT_MS = 60_000;

/** A message on its leg, as it was sent or as it came. */
export interface Leg {
  readonly from: 'handset' | 'front';
  readonly bytes: Buffer;
  /** Undefined: the body was empty. */
  readonly message: DecodedCspMessage | undefined;
}

/** The front did not give a CSP answer. A handset takes that for a broken line. */
export class FrontError extends Error {
  override readonly name = 'FrontError';
}

/** One connection to the front of a SAP 1: CSP messages over HTTP POST (csp-front §2). */
export class FrontLine {
  private readonly client: Client;
  private readonly path: string;

  /** @param watch gets each message, before it leaves and when it came */
  constructor(
    front: string,
    private readonly watch: (leg: Leg) => void = () => undefined,
  ) {
    const { origin, pathname, search } = new URL(front);
    this.client = new Client(origin, { headersTimeout: ANSWER_TIMEOUT_MS, bodyTimeout: ANSWER_TIMEOUT_MS });
    this.path = pathname + search;
  }

  /**
   * @returns undefined: the front has nothing to say
   * @throws FrontError
   */
  async ask(message: CspMessage, signal?: AbortSignal): Promise<DecodedCspMessage | undefined> {
    const bytes = encodeCsp(message);
    this.watch({ from: 'handset', bytes, message });
    const answer = await this.post(bytes, message, signal);
    const heard = answer.length === 0 ? undefined : messageIn(answer, message);
    this.watch({ from: 'front', bytes: answer, message: heard });
    return heard;
  }

  close(): Promise<void> {
    return this.client.destroy();
  }

  private async post(
    body: Buffer,
    { encoding }: CspMessage,
    signal: AbortSignal | undefined,
  ): Promise<Buffer> {
    try {
      const answer = await this.client.request({
        method: 'POST',
        path: this.path,
        headers: { 'content-type': CSP_MEDIA_TYPES[encoding] },
        body,
        ...(signal && { signal }),
      });
      const bytes = Buffer.from(await answer.body.arrayBuffer());
      if (answer.statusCode === 200) return bytes;
      throw new FrontError(`The front answered HTTP ${answer.statusCode}: ${bytes.toString('utf8').trim()}`);
    } catch (error) {
      if (error instanceof FrontError || signal?.aborted === true) throw error;
      throw new FrontError(`The front does not answer: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** Some fronts write a DOCTYPE, which no reader of ours takes. */
function messageIn(bytes: Buffer, { encoding }: CspMessage): DecodedCspMessage {
  const decoded = decodeCsp(encoding === 'xml' ? withoutDocumentType(bytes) : bytes, encoding);
  if (!decoded.ok) throw new FrontError(`The front gave an answer that is no CSP: ${decoded.error.detail}`);
  return decoded.value;
}
