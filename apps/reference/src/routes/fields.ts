import { type Static, type TSchema, type TUnsafe, Type } from 'typebox';

// Text that Postgres gives back as it was: without NUL, and without half a character, which UTF-8 cannot hold.
const WHOLE_TEXT = '^[^\\u0000\\ud800-\\udfff]*$';

export const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
export const IdParams = Type.Object({ id: Id });
export const Timestamp = Type.String();
export const Pair = Type.String({ pattern: '^[A-Z0-9]{1,12}/[A-Z0-9]{1,12}$' });
/** A day, or an instant with its offset. */
export const Instant = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?(Z|[+-]\\d{2}:\\d{2}))?$',
});
export const Days = Type.Integer({ minimum: 1, maximum: 90 });
export const PAGE_FIELDS = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 128, pattern: '^[\\w-]+$' })),
};

export function text(maxLength: number) {
  return Type.String({ minLength: 1, maxLength, pattern: WHOLE_TEXT });
}

/** One of `values`. */
export function oneOf<const Values extends readonly string[]>(values: Values): TUnsafe<Values[number]> {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: values });
}

export function nullable<const Kind extends 'string' | 'integer' | 'number' | 'object'>(type: Kind, rest: object = {}) {
  return Type.Unsafe<Primitives[Kind] | null>({ type: [type, 'null'], ...rest });
}

/** {@link text}, or null. */
export function nullableText(maxLength: number) {
  return nullable('string', { minLength: 1, maxLength, pattern: WHOLE_TEXT });
}

interface Primitives {
  readonly string: string;
  readonly integer: number;
  readonly number: number;
  readonly object: Readonly<Record<string, number>>;
}

/** Nothing but what `fields` names: a misspelt filter is refused, not dropped. */
export function query<const Fields extends Readonly<Record<string, TSchema>>>(fields: Fields) {
  return Type.Object(fields, { additionalProperties: false });
}

/** An array that nobody changes: answers may come from a cache. */
export function listOf<Item extends TSchema>(
  item: Item,
  rest: { readonly minItems?: number; readonly maxItems?: number; readonly uniqueItems?: boolean } = {},
): TUnsafe<readonly Static<Item>[]> {
  return Type.Unsafe<readonly Static<Item>[]>(Type.Array(item, rest));
}

export function pageOf<Item extends TSchema>(item: Item) {
  return Type.Object({ items: listOf(item), nextCursor: nullable('string') });
}
