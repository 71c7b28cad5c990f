import type { Status, StatusAnswer } from '@sap2/ssp-wire';

export function status(code: number, description: string | undefined, tryAgainTimeoutS?: number): Status {
  return { code, description, detailedResults: [], tryAgainTimeoutS };
}

export function bareStatus(code: number, description: string, tryAgainTimeoutS?: number): StatusAnswer {
  return { kind: 'Status', status: status(code, description, tryAgainTimeoutS) };
}
