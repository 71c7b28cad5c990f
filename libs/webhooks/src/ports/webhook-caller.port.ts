export type WebhookAnswer =
  | { readonly kind: 'answer'; readonly httpStatus: number }
  /** Refused, timed out or cut off. `detail` is for the operator. */
  | { readonly kind: 'failure'; readonly detail: string };

/** One HTTP POST within a total deadline. A redirect is an answer, never followed. */
export interface WebhookCaller {
  post(
    url: string,
    body: Uint8Array,
    deadlineMs: number,
    headers: Readonly<Record<string, string>>,
  ): Promise<WebhookAnswer>;
}
