import { decodeSspInTurns } from '@sap2/ssp-wire';
import { type Arrived, type Decoded, type MessageStep, refused } from './message.js';

/** XML ends here. */
export const decode =
  ({ bodyLimitBytes }: { readonly bodyLimitBytes: number }): MessageStep<Arrived, Decoded> =>
  async ({ bytes, arrival, onRecognised }, next) => {
    const decoded = await decodeSspInTurns(bytes, { maxBytes: bodyLimitBytes });
    if (decoded.ok) return await next({ message: decoded.value, arrival, onRecognised });
    const { reason, detail } = decoded.error;
    return reason === 'too-large' ? refused(413, 'too-large', detail) : refused(400, 'malformed', detail);
  };
