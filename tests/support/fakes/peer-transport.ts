import type { PeerTransport, TransportOutcome } from '@sap2/peer-link';

export interface Posted {
  readonly url: string;
  readonly text: string;
  readonly deadlineMs: number;
}

export const httpAnswer = (httpStatus: number, body = ''): TransportOutcome => ({
  kind: 'answer',
  httpStatus,
  body: Buffer.from(body),
});

/** The other end of the line is a function; what went out stays readable. */
export class FakePeerTransport implements PeerTransport {
  readonly posted: Posted[] = [];

  constructor(public answer: (post: Posted) => Promise<TransportOutcome>) {}

  async post(url: string, body: Uint8Array, deadlineMs: number): Promise<TransportOutcome> {
    const post = { url, text: Buffer.from(body).toString('utf8'), deadlineMs };
    this.posted.push(post);
    return this.answer(post);
  }
}
