import { decodeSspInTurns } from '@sap2/ssp-wire';
import type { Step } from '../steps.js';
import { type Answer, type Arrived, type Decoded, refused } from './message.js';

/** XML ends here. */
export const decode =
  ({ bodyLimitBytes }: { readonly bodyLimitBytes: number }): Step<Arrived, Decoded, Answer> =>
  async ({ bytes, arrival }, next) => {
    const decoded = await decodeSspInTurns(bytes, { maxBytes: bodyLimitBytes });
    if (decoded.ok) return next({ message: decoded.value, arrival });
    const { reason, detail } = decoded.error;
    return refused(reason === 'too-large' ? 413 : 400, detail);
  };
