import { Buffer } from 'node:buffer';
import type { CspMessage } from './messages.js';

/**
 * The message in its version and encoding. The same message always gives the same bytes.
 *
 * @throws Error for a value that a handset could not read: a caller's defect
 */
export const encodeCsp = (_message: CspMessage): Buffer => Buffer.alloc(0);
