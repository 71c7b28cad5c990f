import { types } from 'node:util';
import { type Dispatcher, fetch } from 'undici';
import { SspError } from './ssp-error.js';

export const SSP_CONTENT_TYPE = 'application/vnd.wv.ssp+xml';

export interface HttpAnswer {
  readonly httpStatus: number;
  readonly contentType: string | undefined;
  /** Seconds, where SAP 2 says when to come again. */
  readonly retryAfterS: number | undefined;
  readonly body: string;
}

/**
 * One SSP document out, one HTTP answer back (ssp-binding §2). Never follows a redirect: a digest or a password
 * must not wander to where the agreement does not say.
 *
 * @param dispatcher the connections to use; undefined: those of this process, which trust the public authorities
 */
export async function postSsp(
  url: string,
  xml: string,
  deadlineMs: number,
  dispatcher?: Dispatcher,
): Promise<HttpAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': SSP_CONTENT_TYPE },
      body: xml,
      redirect: 'error',
      signal: AbortSignal.timeout(deadlineMs),
      ...(dispatcher && { dispatcher }),
    });
    return {
      httpStatus: response.status,
      contentType: response.headers.get('content-type') ?? undefined,
      retryAfterS: Number(response.headers.get('retry-after') ?? Number.NaN) || undefined,
      body: await response.text(),
    };
  } catch (error) {
    const isUnsent = isUnsentAfter(error);
    throw new SspError('unreachable', `No answer from ${url}: ${reasonOf(error)}`, undefined, { isUnsent });
  }
}

/** Failures before there was a connection. */
const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function isUnsentAfter(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return (code !== undefined && NO_CONNECTION.has(code)) || isUnsentAfter(error.cause);
}

/** `fetch` says only "fetch failed"; what failed is in its cause. */
function reasonOf(error: unknown): string {
  if (!types.isNativeError(error)) return String(error);
  return types.isNativeError(error.cause) ? reasonOf(error.cause) : error.message || error.name;
}
