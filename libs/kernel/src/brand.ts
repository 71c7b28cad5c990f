declare const brand: unique symbol;

/** A value that passed the one parser for its kind. The name keeps two kinds of string apart at compile time. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
