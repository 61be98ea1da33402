/** The configuration as the rooms read it: plain data, complete with its defaults (`schema.ts`). */
import type { Network } from "../contract/network.ts";
import type { Route } from "../contract/route.ts";
import type { Scope } from "../contract/scope.ts";

export interface Config {
  /** The file it was read from, an absolute path; `null` where there is none and all is default. */
  readonly file: string | null;
  /** Our SIP domains in lower case, the first being the one that users belong to; empty: our addresses and host names. */
  readonly domains: readonly string[];
  readonly listen: readonly ConfiguredListener[];
  /** `host` or `host:port` for Via and Contact behind NAT; `null`: the local address. */
  readonly advertise: string | null;
  readonly http: {
    readonly listen: { readonly address: string; readonly port: number };
    readonly tokens: readonly ConfiguredToken[];
  };
  /** The folder of all that is kept, an absolute path. */
  readonly data: string;
  readonly storage: "sqlite";
  /**
   * Algorithms that phones are challenged with, most preferred first. MD5 alone by default: phones that do not know
   * SHA-256 refuse a challenge that names it, even beside MD5.
   */
  readonly digest: readonly ("SHA-256" | "MD5")[];
  readonly users: readonly ConfiguredUser[];
  /** In the order in which they are tried. */
  readonly routes: readonly Route[];
  readonly limits: {
    readonly script: ScriptLimits;
    readonly calls: { readonly max: number; readonly perSecond: number };
  };
  readonly guard: {
    /** Sources free of per-source limits. */
    readonly exempt: readonly Network[];
  };
}

export interface ConfiguredListener {
  readonly transport: "udp" | "tcp";
  /** An IP address, without brackets; a wildcard stands for all interfaces. */
  readonly address: string;
  readonly port: number;
}

export interface ConfiguredToken {
  readonly token: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
}

export interface ConfiguredUser {
  readonly name: string;
  readonly password: string;
  readonly extension: string | null;
  readonly displayName: string | null;
}

export interface ScriptLimits {
  /** Wall time of one entry into a script, without host calls. */
  readonly eventMs: number;
  /** CPU time of one event. */
  readonly cpuMs: number;
  /** Wall time of a handler with all it waits for. */
  readonly handlerMs: number;
  /** Heap of one script version. */
  readonly memoryMB: number;
}
