// What does the transport need of fetch? Every runtime's own has it; a platform may have something cheaper.

export interface FetchedBody {
  getReader(): {
    /** The next bytes, at least one. */
    read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
    cancel(): Promise<void>;
  };
  cancel(): Promise<void>;
}

export interface FetchedAnswer {
  readonly status: number;
  readonly body: FetchedBody | null;
}

/** Rejects when no answer begins: also on a redirect, and when the signal fires. */
export type Fetch = (url: string, init: RequestInit) => Promise<FetchedAnswer>;
