import { err, type Result } from '@sap2/kernel';

/** Why no SSP session came up. `detail` is for the operator. */
export interface SetUpFailure {
  readonly reason:
    | 'no-callback-url'
    | 'no-shared-secret'
    | 'unreachable'
    | 'http-error'
    | 'refused'
    /** 409 to our digest. */
    | 'our-secret-refused'
    | 'not-understood'
    | 'another-peer'
    | 'wrong-digest'
    /** Message 6 without the right session proof. */
    | 'wrong-proof'
    | 'session-id-taken'
    /** Callback mode: the peer took message 1, and has not finished the set-up in the time that there was. */
    | 'unanswered'
    /** Callback mode: an earlier set-up is not finished, so nothing was sent. */
    | 'under-way';
  readonly detail: string;
}

export type SetUpOutcome<T> = Result<T, SetUpFailure>;

export const failed = (reason: SetUpFailure['reason'], detail: string) => err({ reason, detail });
