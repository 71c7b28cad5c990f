/** Thrown within a creation whose key was used before. The creation is rolled back, and the answer shows the first one. */
export class CreationRepeatedError extends Error {
  override readonly name = 'CreationRepeatedError';
}

/** What was created under which key: written in the transaction of the creation itself, kept for a day. */
export interface Creations {
  find(
    actorName: string,
    key: string,
  ): Promise<{ readonly contentHash: string; readonly location: string } | undefined>;
}
