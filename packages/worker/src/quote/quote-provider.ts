// Who gives the worker its TDX quote?

export interface QuotedMachine {
  quote: Uint8Array;
  collateral: Uint8Array;
  /** The machine’s boot log, if it hands one over. */
  eventLog?: Uint8Array | undefined;
}

export interface QuoteProvider {
  readonly name: 'configfs' | 'simulated';
  /**
   * A quote over these 64 bytes of report data, and the collateral document it verifies with (PROTOCOL.md §5.5).
   * @throws CocoonError `QUOTE_UNAVAILABLE`
   */
  quote(reportData: Uint8Array): Promise<QuotedMachine>;
}
