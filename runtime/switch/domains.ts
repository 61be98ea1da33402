/** Which hosts mean this switch: the configured domains, and the addresses that it listens on. */
export class Domains {
  /** The domain that users belong to. */
  readonly home: string;
  readonly #configured: ReadonlySet<string>;
  readonly #isOurAddress: (host: string, port: number | undefined) => boolean;

  constructor(configured: readonly string[], isOurAddress: (host: string, port: number | undefined) => boolean) {
    this.home = configured[0] ?? DEFAULT_DOMAIN;
    this.#configured = new Set(configured.map((domain) => domain.toLowerCase()));
    this.#isOurAddress = isOurAddress;
  }

  /** The domain of ours that a host names; an address of ours stands for the home domain. */
  of(host: string, port: number | undefined): string | undefined {
    if (this.#configured.has(host)) return host;
    return this.#isOurAddress(host, port) ? this.home : undefined;
  }

  /** The domain whose users a From speaks for. An address says that only where no domain is configured. */
  claimed(host: string, port: number | undefined): string | undefined {
    if (this.#configured.size > 0) return this.#configured.has(host) ? host : undefined;
    return this.of(host, port);
  }
}

/** Where no domain is configured: the realm, and the name of the tenant in storage. */
const DEFAULT_DOMAIN = "strowger";
