import type { FastifyInstance } from 'fastify';
import type { OperationSpec } from './operation.js';

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly mediaType: string;
}

/** What the paths of the operations take, for refusals that say what to do. */
export class Routes {
  private readonly routes: readonly Route[];

  constructor(operations: readonly OperationSpec[]) {
    this.routes = operations.map(({ method, base, path, streams }) => ({
      method,
      pattern: new RegExp(`^${`${base}${path}`.replaceAll(/:\w+/g, '[^/]+')}$`),
      mediaType: streams ?? 'application/json',
    }));
  }

  /** Methods of the operations at this URL. */
  allowed(url: string): readonly string[] {
    return [...new Set(this.at(url).map(({ method }) => method))];
  }

  /** Undefined: there is no such operation. */
  mediaTypeOf(method: string, url: string): string | undefined {
    return this.at(url).find((route) => route.method === method)?.mediaType;
  }

  private at(url: string): readonly Route[] {
    const [path = ''] = url.split('?');
    return this.routes.filter(({ pattern }) => pattern.test(path));
  }
}

const FORGIVING = /^\/(?:admin|events|internal|ssf|health|metrics)\b/u;

/** Clients that join paths by hand often add a slash at the end. A long row of slashes costs one look at each. */
export function withoutTrailingSlash(url: string): string {
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  let { length } = path;
  while (length > 1 && path[length - 1] === '/') length -= 1;
  return length === path.length || !FORGIVING.test(path)
    ? url
    : path.slice(0, length) + url.slice(path.length);
}

/** A person who types the address of the port gets further. */
export function leadOn(fastify: FastifyInstance, hasConsole: boolean): void {
  fastify.get('/', (_request, reply) => reply.redirect(hasConsole ? '/console/' : '/docs'));
  for (const path of ['/admin', '/admin/v1']) fastify.get(path, (_request, reply) => reply.redirect('/docs'));
}
