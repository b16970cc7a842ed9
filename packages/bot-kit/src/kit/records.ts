// What does a feature remember of one person or one chat? Texts with a time to live, encrypted wherever they are kept.

export interface Records {
  /** `undefined`: never there, expired, or not readable with the keys of today. */
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string, ttlMs: number): Promise<void>;
  delete(name: string): Promise<void>;
}
