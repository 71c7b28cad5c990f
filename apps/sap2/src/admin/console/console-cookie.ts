import type { FastifyRequest } from 'fastify';

/** Over TLS the prefix makes the browser refuse a cookie that another host, or plain http, has set. */
const nameOf = ({ protocol }: FastifyRequest): string =>
  protocol === 'https' ? '__Host-sap2-console' : 'sap2-console';

const ID = /^[0-9a-f]{64}$/;

/** The id of the session that a request brings; undefined: it brings none that could be ours. */
export function sessionIn(request: FastifyRequest): string | undefined {
  const name = nameOf(request);
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  const value = pairs.find(([key]) => key === name)?.[1];
  return value !== undefined && ID.test(value) ? value : undefined;
}

/** Scripts cannot read it, and no other site can make the browser send it. @param lifeMs 0 takes it away */
export function cookieOf(request: FastifyRequest, id: string, lifeMs: number): string {
  const life = `Max-Age=${Math.floor(lifeMs / 1000)}`;
  const secure = request.protocol === 'https' ? ['Secure'] : [];
  return [`${nameOf(request)}=${id}`, 'Path=/', life, 'HttpOnly', 'SameSite=Strict', ...secure].join('; ');
}
