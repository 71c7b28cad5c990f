/** The service does not answer. The message names its URL and the reason. */
export class ServiceUnreachableError extends Error {
  override readonly name = 'ServiceUnreachableError';
}
