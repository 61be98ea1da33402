/** Asks DNS as the switch does: the servers of the configuration, or those of the system, each question for a while. */
import { lookup, Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import type { Config } from "../../config/config.ts";

/** `silent`: nobody has answered, which says nothing of the name. */
export type Answer<Value> =
  | { readonly type: "answer"; readonly values: readonly Value[] }
  | { readonly type: "silent" };

export interface Srv {
  readonly name: string;
  readonly port: number;
}

export interface Dns {
  /** IPv4 and IPv6; of an address, itself. */
  addresses(host: string): Promise<Answer<string>>;
  srv(name: string): Promise<Answer<Srv>>;
}

const NONE: ReadonlySet<string> = new Set(["ENOTFOUND", "ENODATA", "ENONAME"]);

/** `servers`: in place of those of the configuration. */
export function createDns({ servers, timeoutMs }: Config["dns"]): Dns {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
  if (servers !== null) resolver.setServers([...servers]);
  return {
    async addresses(host) {
      if (isIP(host) !== 0) return { type: "answer", values: [host] };
      const known = await fromHosts(host);
      if (known.length > 0) return { type: "answer", values: known };
      const answers = await Promise.all([ask(() => resolver.resolve4(host)), ask(() => resolver.resolve6(host))]);
      if (answers.every(({ type }) => type === "silent")) return { type: "silent" };
      return { type: "answer", values: answers.flatMap((answer) => (answer.type === "answer" ? answer.values : [])) };
    },
    srv: (name) => ask(() => resolver.resolveSrv(name)),
  };
}

/** The file of the machine, which no resolver of a library reads; a name that needs a server is not looked up here. */
async function fromHosts(host: string): Promise<readonly string[]> {
  if (host !== "localhost" && !host.endsWith(".localhost")) return [];
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}

async function ask<Value>(question: () => Promise<Value[]>): Promise<Answer<Value>> {
  try {
    return { type: "answer", values: await question() };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return NONE.has(code) ? { type: "answer", values: [] } : { type: "silent" };
  }
}
