/** Where a process listens. */
export interface Ports {
  /** Undefined when the process does not play the role `ssp`. */
  readonly sspPort: number | undefined;
  /** Of http beside https. */
  readonly sspPlainPort: number | undefined;
  readonly adminPort: number;
  /** Of service elements, where they have a port of their own. */
  readonly northboundPort: number | undefined;
}

/** What a worker says to its supervisor. */
export type FromWorker =
  /** It serves. */
  | { readonly kind: 'serves'; readonly ports: Ports }
  /** It was asked for the metrics of all. */
  | { readonly kind: 'scrape'; readonly id: number }
  /** Its own metrics, for the question of this id. */
  | { readonly kind: 'exposed'; readonly id: number; readonly text: string };

/** What the supervisor says to a worker. */
export type ToWorker =
  | { readonly kind: 'expose'; readonly id: number }
  | { readonly kind: 'scraped'; readonly id: number; readonly text: string };
