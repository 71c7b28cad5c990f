import { z } from 'zod';
import { shortText } from '../../admin/http/fields.js';
import { operations } from '../../admin/http/operation.js';
import { SSF_BASE } from './shared-signals.js';

const STREAM_ID = shortText.describe('Id of the subscription with the format `caep`.');

const STREAM = z
  .object({
    stream_id: z.string(),
    iss: z.string(),
    aud: z.string().describe('The audience of each token.'),
    delivery: z.object({ method: z.string(), endpoint_url: z.string() }),
    events_supported: z.array(z.string()),
    events_requested: z.array(z.string()),
    events_delivered: z.array(z.string()),
    description: z.string(),
  })
  .meta({ id: 'SecurityEventStream' });

const STATUS = z
  .object({
    stream_id: z.string(),
    status: z
      .enum(['enabled', 'paused', 'disabled'])
      .describe('`paused`: events wait. `disabled`: the receiver answered 410.'),
  })
  .meta({ id: 'SecurityEventStreamStatus' });

/** What a receiver of security events asks (SSF 1.0 §8). Administrators create the streams, as subscriptions. */
export const SHARED_SIGNALS = operations('shared signals', {
  getStream: {
    base: SSF_BASE,
    route: 'GET /streams',
    summary: 'The configuration of a stream of security events.',
    description: 'Administrators create and change streams: they are subscriptions with the format `caep`.',
    scope: 'elements',
    query: { stream_id: STREAM_ID },
    answer: { status: 200, says: 'The stream.', schema: STREAM },
    refusals: [404],
  },
  getStreamStatus: {
    base: SSF_BASE,
    route: 'GET /status',
    summary: 'Whether a stream of security events is enabled.',
    scope: 'elements',
    query: { stream_id: STREAM_ID },
    answer: { status: 200, says: 'The status.', schema: STATUS },
    refusals: [404],
  },
  changeStreamStatus: {
    base: SSF_BASE,
    route: 'POST /status',
    summary: 'Pauses a stream of security events, or goes on with it.',
    description: 'No event is lost while the service keeps it. To end a stream, delete its subscription.',
    scope: 'elements',
    body: z.strictObject({
      stream_id: STREAM_ID,
      status: z.enum(['enabled', 'paused']),
      reason: shortText.optional().describe('For people. The service does not keep it.'),
    }),
    answer: { status: 200, says: 'The status as it is now.', schema: STATUS },
    refusals: [404],
  },
  verifyStream: {
    base: SSF_BASE,
    route: 'POST /verify',
    summary: 'Sends a verification event on a stream.',
    description: 'The service sends it once, and the answer does not depend on the receiver.',
    scope: 'elements',
    body: z.strictObject({
      stream_id: STREAM_ID,
      state: shortText.optional().describe('Stands in the verification event again.'),
    }),
    answer: { status: 204, says: 'It was sent.' },
    refusals: [404],
  },
});
