import { LiveStoreUnavailableError } from '@sap2/session-core';

/** A list stays readable while the live store is away. What only the live store knows is then undefined. */
export function whileAway(error: unknown): undefined {
  if (!(error instanceof LiveStoreUnavailableError)) throw error;
}
