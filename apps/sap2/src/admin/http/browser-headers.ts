import { createHash } from 'node:crypto';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

const NOTHING = {
  defaultSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

/**
 * A browser may only show an answer, and no page may frame it. The page of `/docs` may load its own scripts, styles and
 * pictures, and call this service. Hashes allow its inline styles; inline scripts are not allowed. HSTS would hold for
 * every other port of the host too, so a proxy has to set it.
 */
export async function guardBrowsers(fastify: FastifyInstance): Promise<void> {
  await fastify.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: NOTHING },
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: false,
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    const isPage = String(reply.getHeader('Content-Type')).startsWith('text/html');
    if (isPage && typeof payload === 'string')
      void reply.header('Content-Security-Policy', policyOfPage(payload));
    done(null, payload);
  });
}

const STYLE_ELEMENT = /<style>(?<text>[^]*?)<\/style>/g;
const STYLE_ATTRIBUTE = /<\w[^>]*\sstyle="(?<text>[^"]*)"/g;

function policyOfPage(html: string): string {
  const hashes = (pattern: RegExp): string =>
    [...html.matchAll(pattern)].map(({ groups }) => ` ${hashOf(groups?.['text'] ?? '')}`).join('');
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src-elem 'self'${hashes(STYLE_ELEMENT)}`,
    `style-src-attr 'unsafe-hashes'${hashes(STYLE_ATTRIBUTE)}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join(';');
}

const hashOf = (text: string): string =>
  `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
