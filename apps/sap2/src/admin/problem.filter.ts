import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FailureAnswers } from '../ssp/failure-answers.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';

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
  constructor(private readonly failures: FailureAnswers) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const problem = this.problemOf(exception);
    const status = problem.getStatus();
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
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
        requestID: http.getRequest<FastifyRequest>().id,
        errors: problem.errors,
        ...problem.more,
      });
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
