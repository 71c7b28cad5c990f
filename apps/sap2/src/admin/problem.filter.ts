import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FailureAnswers } from '../ssp/failure-answers.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import type { Routes } from './http/routes.js';

/** One field that is wrong; `pointer` is a JSON pointer, or `?name` for a query parameter. */
export interface FieldProblem {
  readonly pointer: string;
  readonly detail: string;
}

/** A refusal that says what to do, as `application/problem+json` (RFC 9457). */
export class Problem extends HttpException {
  constructor(
    httpStatus: number,
    readonly detail: string,
    readonly errors: readonly FieldProblem[] = [],
    readonly retryAfterS?: number,
    /** Members of the problem beside those of RFC 9457. */
    readonly more: Readonly<Record<string, string>> = {},
  ) {
    super(detail, httpStatus);
  }
}

/** Gives every refusal of the administrators' interface one form. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly failures: FailureAnswers,
    private readonly routes: Routes,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const request = http.getRequest<FastifyRequest>();
    const problem = this.routed(this.problemOf(exception), request, reply);
    const status = problem.getStatus();
    if (problem.retryAfterS !== undefined) void reply.header('Retry-After', String(problem.retryAfterS));
    if (status === 401) void reply.header('WWW-Authenticate', 'Bearer');
    void reply
      .status(status)
      .header('Content-Type', 'application/problem+json; charset=utf-8')
      .send({
        type: 'about:blank',
        title: STATUS_CODES[status] ?? 'Error',
        status,
        detail: problem.detail,
        requestID: request.id,
        errors: problem.errors,
        ...problem.more,
      });
  }

  /** What only the routes know: another method that fits, and the type of a body. */
  private routed(problem: Problem, { method, url, is404 }: FastifyRequest, reply: FastifyReply): Problem {
    const status = problem.getStatus();
    if (is404 && status === 404) {
      const methods = this.routes.allowed(url);
      // A process without the role `admin` has none of the operations.
      if (methods.length === 0 || methods.includes(method)) return problem;
      const allowed = methods.join(', ');
      void reply.header('Allow', allowed);
      return new Problem(405, `This path takes ${allowed}, and not ${method}.`);
    }
    const mediaType = status === 415 ? this.routes.mediaTypeOf(method, url) : undefined;
    if (mediaType === undefined) return problem;
    void reply.header('Accept', mediaType);
    return new Problem(415, `The body must be ${mediaType}. Say so with Content-Type: ${mediaType}.`);
  }

  private problemOf(exception: unknown): Problem {
    if (exception instanceof Problem) return exception;
    if (exception instanceof HttpException) return new Problem(exception.getStatus(), exception.message);
    const { statusCode } = exception as { statusCode?: unknown };
    if (typeof statusCode === 'number' && statusCode < 500)
      return new Problem(statusCode, 'The request is not valid.');
    const { code, description } = this.failures.answer(exception, undefined).status;
    return new Problem(code, description ?? 'Internal error.');
  }
}
