// How much may one document cost the bot that reads it?

export interface DocumentLimits {
  /** Of the file. Telegram lets bots open 20 MB. */
  readonly maxBytes: number;
  readonly maxPages: number;
  /** Of all text together, in UTF-16 units. */
  readonly maxCharacters: number;
  readonly timeoutMs: number;
  /** Heap of the thread that reads. */
  readonly maxMemoryMegabytes: number;
}

export const DOCUMENT_LIMITS: DocumentLimits = {
  maxBytes: 20 * 1024 * 1024,
  maxPages: 600,
  maxCharacters: 5_000_000,
  timeoutMs: 60_000,
  maxMemoryMegabytes: 512,
};

/** Of a spreadsheet's cell. Excel itself stops at 32,767. */
export const CELL_CHARACTERS_MAX = 100_000;

/** Guards of zip archives (DOCX, PPTX, XLSX, ODT, EPUB). */
export interface ZipLimits {
  readonly maxEntries: number;
  readonly maxEntryBytes: number;
  /** Of all entries that are read. */
  readonly maxTotalBytes: number;
  /** Unpacked against packed; entries below `ratioFrom` bytes may be better packed. */
  readonly maxRatio: number;
  readonly ratioFrom: number;
}

export const ZIP_LIMITS: ZipLimits = {
  maxEntries: 5_000,
  maxEntryBytes: 50 * 1024 * 1024,
  maxTotalBytes: 200 * 1024 * 1024,
  maxRatio: 100,
  ratioFrom: 1024 * 1024,
};
