import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

const WHOLE = /^-?\d{1,16}$/;

/**
 * Checks the parts of a request. A body must have the types it is described with; the fields of a path or a query
 * are text, of which whole numbers, true and false are read where the schema wants them, and nothing is guessed.
 */
export const compileRequestSchema: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema);
  const fields = (schema as { readonly properties?: Readonly<Record<string, { readonly type?: string }>> }).properties;
  return (given: unknown) => {
    const value = httpPart === 'body' ? given : readFields(given as Readonly<Record<string, unknown>>, fields ?? {});
    return check.Check(value) ? { value } : { error: check.Errors(value) as unknown as Error };
  };
};

function readFields(
  given: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, { readonly type?: string }>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, readField(value, fields[name]?.type)]));
}

function readField(value: unknown, type: string | undefined): unknown {
  if (type === 'integer' && typeof value === 'string' && WHOLE.test(value)) return Number(value);
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}
