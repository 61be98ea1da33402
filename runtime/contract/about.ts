/** What a switch that has started says of itself, to whoever has started it. */
export interface About {
  /** `udp://192.0.2.1:5060`. */
  readonly sip: readonly string[];
  /** What accounts are registered at. */
  readonly domain: string;
  /** Those of the first start. */
  readonly accounts: readonly { readonly name: string; readonly extension: string; readonly password: string }[];
  readonly accountsFile: string;
  /** The address of the API. */
  readonly http: string;
  /** Whether a browser finds the console there. */
  readonly console: boolean;
  /** The file that holds the token; `null` where the configuration declares tokens. */
  readonly tokenFile: string | null;
  /** Where debuggers find scripts, `127.0.0.1:9229`; `null` where scripts cannot be debugged. */
  readonly inspector: string | null;
}
