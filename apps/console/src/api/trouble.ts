/** Why an answer did not come, in the words of the service where it gave some. */
export class Trouble extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly requestID: string | undefined,
    readonly fields: readonly { readonly pointer: string; readonly detail: string }[] = [],
  ) {
    super(detail);
  }
}

/** No answer at all: status 0. */
export const unreachable = (detail: string): Trouble => new Trouble(0, detail, undefined);

interface ProblemBody {
  readonly detail?: string;
  readonly requestID?: string;
  readonly errors?: Trouble['fields'];
}

/** Of a refusal (RFC 9457), or of what something else on the way answered. */
export function troubleOf(response: Response, body: unknown, otherwise: string): Trouble {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as ProblemBody;
  const requestID = problem.requestID ?? response.headers.get('X-Request-Id') ?? undefined;
  return new Trouble(
    response.status,
    problem.detail ?? `${otherwise} (${response.status})`,
    requestID,
    problem.errors,
  );
}
