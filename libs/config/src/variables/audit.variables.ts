import { entryRules } from '@sap2/administration';
import { z } from 'zod';
import { integer, seconds, text } from '../variable.js';

/** Where the service writes the end of the audit trail outside the database. */
export const AUDIT_VARIABLES = {
  SAP2_AUDIT_ANCHOR_INTERVAL_S: integer(300, seconds(0, 86_400), {
    says: 'How often a process with the role `sweeper` signs the end of the audit trail, if the trail has grown. It writes the signed end to the log, to the file and to the URL below. 0: never.',
    why: 'The owner of the database can remove newer entries without a trace. Each time costs one statement. Without acts of administrators nothing is written.',
  }),
  SAP2_AUDIT_ANCHOR_FILE: text({
    schema: z.string().max(4095).optional(),
    expected: 'a path',
    says: 'File that gets one line of JSON for each signed end, for `sap2 audit verify --anchor`.',
    why: 'The owner of the database must not be able to write it, and the service should only append to it. Not set: only the log has the ends.',
  }),
  SAP2_AUDIT_ANCHOR_URL: text({
    schema: entryRules.httpUrl.optional(),
    expected:
      'an https address, or one of plain http in a private network, without a user, a password or a fragment',
    isSecret: true,
    says: 'Address that gets the same line by POST, as `application/json`. An answer from 200 to 299 within 10 s means success. The service follows no redirect.',
    why: 'Another machine keeps it. After a failure the service sends the then last end at the next interval. Not set: the service sends nothing.',
  }),
} as const;
