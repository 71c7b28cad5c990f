import { z } from 'zod';
import { httpUrl } from '../entry-rules.js';
import { integer, text } from '../variable.js';

/** Where the end of the audit trail is written down outside the database. */
export const AUDIT_VARIABLES = {
  SAP2_AUDIT_ANCHOR_INTERVAL_S: integer(
    { from: 0, to: 86_400, fallback: 300, unit: 'seconds' },
    {
      says: 'How often a process with the role `sweeper` looks whether the audit trail has grown, and then signs its end and writes it to the log, to the file and to the URL below. 0: never.',
      why: 'What was added since the last time can be cut off unseen by the owner of the database. One statement each time; nothing is written while nothing is administered.',
    },
  ),
  SAP2_AUDIT_ANCHOR_FILE: text(
    { schema: z.string().max(4095).optional(), expected: 'a path' },
    {
      says: 'File that gets a line of JSON for each signed end, for `sap2 audit verify --anchor`.',
      why: 'Let it lie where the owner of the database cannot write, and let the service only append to it. Not set: the log is the only place.',
    },
  ),
  SAP2_AUDIT_ANCHOR_URL: text(
    {
      schema: httpUrl.optional(),
      expected:
        'an https address, or one of plain http in a private network, without a user, a password or a fragment',
      isSecret: true,
    },
    {
      says: 'Address that the same line is sent to by POST, as `application/json`. Any answer from 200 to 299 means that it is kept; there are 10 s for it, and no redirect is followed.',
      why: 'Another machine keeps it. What fails is sent again after the next interval, by what has become the end until then. Not set: nothing is sent.',
    },
  ),
} as const;
