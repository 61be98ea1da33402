/** Which hosts each script may reach by name. An address is checked besides, whatever the name. */
import { type HostRule, matchesHost } from "../contract/host-rule.ts";

export class AllowList {
  readonly #ofAll: readonly HostRule[] | null;
  readonly #ofScripts: ReadonlyMap<string, readonly HostRule[]>;

  /** `ofAll`: of scripts without a list of their own; `null`: any host. */
  constructor(ofAll: readonly HostRule[] | null, ofScripts: ReadonlyMap<string, readonly HostRule[]>) {
    this.#ofAll = ofAll;
    this.#ofScripts = ofScripts;
  }

  /** `host` as a URL has it. */
  allows(script: string, host: string, port: number): boolean {
    const rules = this.#ofScripts.get(script) ?? this.#ofAll;
    return rules === null || rules.some((rule) => matchesHost(rule, host, port));
  }
}
