// How do sealed messages travel where nobody said how? In browsers with the page's fetch.
import type { Fetch } from './fetch.js';

/** Looked up at each call: a page may replace it later. */
export const platformFetch: Fetch = (url, init) => globalThis.fetch(url, init);
