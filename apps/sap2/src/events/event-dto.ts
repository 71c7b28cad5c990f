import { EVENT_TYPES } from '@sap2/event-feed';
import { z } from 'zod';

export const CLIENT = z.object({
  url: z.string().optional(),
  msisdn: z.string().optional(),
  text: z.string().optional(),
  applicationID: z.string().optional(),
});

/** northbound §1 */
export const EVENT = z.object({
  id: z.string().describe('Unique for ever.'),
  position: z.string().describe('Opaque. It sorts like the events.'),
  type: z.enum(EVENT_TYPES).describe('New types may come. A reader ignores those that it does not know.'),
  at: z.iso.datetime(),
  domain: z.string().optional(),
  user: z.string().optional(),
  session: z.string().optional(),
  client: CLIENT.optional(),
  peer: z.string().optional(),
  data: z.record(z.string(), z.unknown()).describe('docs/events.md lists the members for each type.'),
});
