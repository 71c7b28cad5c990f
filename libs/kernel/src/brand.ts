declare const brand: unique symbol;

/** A value that went through the one parser for its kind; the name keeps two kinds of string apart at compile time. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
