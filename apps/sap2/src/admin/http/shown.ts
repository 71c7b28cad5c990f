import { z } from 'zod';
import { timeOf } from './fields.js';

/**
 * A thing with the fields of its schema, and no others. Milliseconds become a time, and undefined becomes null. A field
 * that the schema has as optional stays undefined.
 */
export function shown<Schema extends z.ZodObject>(schema: Schema, thing: object): z.output<Schema> {
  const values = thing as Readonly<Record<string, unknown>>;
  const fields = Object.entries(schema.shape).map(([name, field]) => {
    const ms = values[`${name}Ms`];
    const value = typeof ms === 'number' ? timeOf(ms) : values[name];
    return [name, field instanceof z.ZodOptional ? value : (value ?? null)];
  });
  return Object.fromEntries(fields) as z.output<Schema>;
}
