type Schema = object;
type Definitions = Readonly<Record<string, Schema>>;

/** The schema with each `$ref` replaced by what it names. Zod and OpenAPI keep schemas with a name in one place. */
export const inlined = <Shape extends Schema>(schema: Shape, definitions: Definitions): Shape =>
  JSON.parse(JSON.stringify(schema), (_key, value: unknown) => {
    const name = nameIn(value);
    if (name === undefined) return value;
    const named = definitions[name];
    if (named === undefined) throw new Error(`There is no schema with the name ${name}.`);
    return inlined(named, definitions);
  }) as Shape;

/** `#/$defs/User` and `#/components/schemas/User` name `User`. */
function nameIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('$ref' in value)) return undefined;
  return String(value.$ref).split('/').at(-1);
}
