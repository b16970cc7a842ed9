// What must another language have? Every sentence of an English table, and no other.

/** Placeholders are held to the English ones by a test. */
export type Translation<English> = { readonly [Key in keyof English]: string };
