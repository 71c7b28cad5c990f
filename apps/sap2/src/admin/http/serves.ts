import 'reflect-metadata';
import { applyDecorators, HttpCode, RequestMapping, RequestMethod, SetMetadata } from '@nestjs/common';
import type { OperationSpec } from './operation.js';

const OPERATION = Symbol('Operation');

/** On a method of a controller: it serves this operation. */
export const Serves = (spec: OperationSpec): MethodDecorator =>
  applyDecorators(
    RequestMapping({ path: spec.path, method: RequestMethod[spec.method as keyof typeof RequestMethod] }),
    HttpCode(spec.answer.status),
    SetMetadata(OPERATION, spec),
  );

type Method = (...parameters: never[]) => unknown;

export function specOf(handler: Method): OperationSpec {
  const spec = Reflect.getMetadata(OPERATION, handler) as OperationSpec | undefined;
  if (spec === undefined) throw new Error(`${handler.name} is not decorated with @Serves`);
  return spec;
}
