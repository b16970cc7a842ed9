// Where shall a waiting worker listen? `host:port` of a command line.

export interface ListenAddress {
  readonly host: string;
  /** 0 is any free one. */
  readonly port: number;
}

/** Undefined for anything that is not `127.0.0.1:8443`, `[::1]:8443` or `localhost:0`. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):([0-9]{1,5})$/.exec(text);
  const [, v6, name, digits] = match ?? [];
  const host = v6 ?? name;
  const port = Number(digits);
  return host === undefined || port > 65_535 ? undefined : { host, port };
}
