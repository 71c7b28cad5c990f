import { err, type Result } from '@sap2/kernel';
import type { CspFault } from './decode.js';
import type { CapabilityList } from './messages.js';

/** The content of a capability list as XML text, as SSP relays it. */
export const capabilityFragment = (_list: CapabilityList): string => '';

/** The other way round. */
export const parseCapabilityFragment = (_text: string): Result<CapabilityList, CspFault> =>
  err({ reason: 'not-this-schema', detail: 'the codec is not there yet' });
