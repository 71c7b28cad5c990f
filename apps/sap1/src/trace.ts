/** One SSP document on its way, as it was on the wire. */
export interface TracedMessage {
  /** Service ids, such as `wv:@operator.example`. */
  readonly from: string;
  readonly to: string;
  /** Empty when an HTTP answer carried none. */
  readonly xml: string;
  /** Of an answer; undefined for a request. */
  readonly httpStatus: number | undefined;
}

export type Trace = (message: TracedMessage) => void;
