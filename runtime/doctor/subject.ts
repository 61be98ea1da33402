/** What is examined: the configuration, and the switch that runs with it, if it does. */
import type { Config } from "../config/config.ts";
import type { Found } from "./finding.ts";

/** A trunk as a running switch knows it. */
export interface LiveTrunk {
  readonly name: string;
  readonly state: "up" | "down";
  readonly gateways: readonly { readonly uri: string; readonly state: string; readonly reason: string | null }[];
  readonly registrations: readonly {
    readonly state: string;
    readonly registrar: string;
    readonly reason: string | null;
  }[];
}

export interface LivePhone {
  readonly user: string;
  readonly contact: string;
  readonly source: string;
  readonly transport: string;
}

/** What its API tells; lists are `null` where the token does not allow them. */
export interface LiveSwitch {
  readonly url: string;
  readonly isReady: boolean;
  readonly trunks: readonly LiveTrunk[] | null;
  readonly phones: readonly LivePhone[] | null;
}

export interface Subject {
  readonly config: Config;
  /** `null`: it does not run, or cannot be reached. */
  readonly live: LiveSwitch | null;
  /** The process of the switch on this machine; `null`: there is none, or it cannot be found. */
  readonly pid: number | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Check {
  readonly name: string;
  run(subject: Subject): Promise<readonly Found[]> | readonly Found[];
}
