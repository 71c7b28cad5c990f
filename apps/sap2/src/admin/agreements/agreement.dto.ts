import { agreementFields, type AgreementRecord, warningsOf } from '@sap2/administration';
import { z } from 'zod';
import { shown } from '../http/shown.js';

export const WARNINGS = z
  .array(z.string())
  .describe('Problems of the agreement that an administrator should check.');

type Inner = z.ZodDefault<z.ZodType> | z.ZodOptional<z.ZodType> | z.ZodNullable<z.ZodType>;

const isWrapped = (schema: z.ZodType): schema is Inner & z.ZodType =>
  schema instanceof z.ZodDefault || schema instanceof z.ZodOptional || schema instanceof z.ZodNullable;

const bare = (schema: z.ZodType): z.ZodType => (isWrapped(schema) ? bare(schema.unwrap()) : schema);

/** What may be left out of an entry is null in an answer, unless there is a default. */
const answered = (shape: Readonly<Record<string, z.ZodType>>): Record<string, z.ZodType> =>
  Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => [
      name,
      schema instanceof z.ZodDefault ? bare(schema) : bare(schema).nullable(),
    ]),
  );

const LIMITS = z.object(answered(agreementFields.limits.unwrap().shape));

export const AGREEMENT = z
  .object({
    serviceID: z.string(),
    ...answered(agreementFields),
    ownServiceID: z.string(),
    limits: LIMITS,
    warnings: WARNINGS,
    secrets: z
      .object({ inbound: z.int(), outbound: z.int() })
      .describe('Number of valid secrets; two in a direction during the overlap of a rotation.'),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Agreement' });

export const agreementDto = ({ limits, ...record }: AgreementRecord) =>
  shown(AGREEMENT, { ...record, limits: shown(LIMITS, limits), warnings: warningsOf(record) });
