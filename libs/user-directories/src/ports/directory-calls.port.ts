import type { LookupFunction } from 'node:net';
import type { ConnectionOptions } from 'node:tls';

/** The rules for outgoing calls, for connections that this room makes itself. */
export interface DirectoryNetwork {
  /** Why this address may not be called; undefined: it may. */
  refusalOf(address: string, isSecure: boolean): string | undefined;
  /** Finds only addresses that may be called. */
  readonly lookup: (isSecure: boolean) => LookupFunction;
  /** Whom we believe, and what we show. */
  readonly tls: () => ConnectionOptions;
}

export type DirectoryAnswer =
  | { readonly kind: 'answer'; readonly httpStatus: number; readonly body: Uint8Array }
  /** Refused, timed out, cut off or too long. `detail` is for the operator. */
  | { readonly kind: 'failure'; readonly detail: string };

/** One HTTP POST of JSON within a total deadline. A redirect is an answer, never followed. */
export interface DirectoryCaller {
  post(
    url: string,
    body: Uint8Array,
    deadlineMs: number,
    headers: Readonly<Record<string, string>>,
  ): Promise<DirectoryAnswer>;
}

/** The headers that prove who calls (Standard Webhooks). */
export type SignCall = (
  secrets: readonly string[],
  message: { readonly webhookID: string; readonly timestampS: number; readonly body: Uint8Array },
) => Readonly<Record<string, string>>;
