import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import files from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { SESSION_PATH } from './console.controller.js';

/** Where `npm run build` puts the page: beside the built service, or in `dist` where the service runs from its sources. */
const FOLDERS = [
  resolve(import.meta.dirname, '../../../../console'),
  resolve(import.meta.dirname, '../../../../../dist/apps/console'),
];

const PREFIX = '/console/';

/**
 * The page may load its own scripts, styles and pictures, and ask this service. Nothing inline runs. A text never becomes
 * markup: Trusted Types without any policy.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join(';');

/** The files of the console. Those with a hash in their name never change. */
export async function serveConsole(fastify: FastifyInstance): Promise<void> {
  const root = FOLDERS.find((folder) => existsSync(join(folder, 'assets')));
  if (root === undefined) return;
  fastify.get(PREFIX.slice(0, -1), (_request, reply) => reply.redirect(PREFIX));
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (request.url.startsWith(PREFIX) && !request.url.startsWith(SESSION_PATH)) {
      void reply.header('Content-Security-Policy', POLICY);
      const isHashed = request.url.startsWith(`${PREFIX}assets/`) && reply.statusCode === 200;
      void reply.header('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    }
    done(null, payload);
  });
  await fastify.register(files, {
    root,
    prefix: PREFIX,
    decorateReply: false,
    cacheControl: false,
    preCompressed: true,
  });
}
