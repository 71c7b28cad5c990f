import { type ExitCode, exitCodeOf } from './exit-codes.js';
import type { Output } from './output.js';
import { type Json, renderProblem } from './render.js';

export interface Answered {
  readonly status: number;
  readonly json: Json;
}

export function refuse({ status, json }: Answered, output: Output): ExitCode {
  output.refusal(json, renderProblem(json as Parameters<typeof renderProblem>[0]));
  return exitCodeOf(status);
}
