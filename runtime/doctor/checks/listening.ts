/** The addresses and ports that the switch listens on: they are ours, and free, or the switch's own. */
import { networkInterfaces } from "node:os";
import type { ConfiguredListener } from "../../config/config.ts";
import { type Found, ok, problem, warning } from "../finding.ts";
import { isLoopback, isWildcard, ownAddresses } from "../machine/addresses.ts";
import { tryBind } from "../machine/bind.ts";
import { ownerOf } from "../machine/port-owner.ts";
import type { Subject } from "../subject.ts";

const MOST_COMMAND = 80;

interface Listening {
  readonly where: string;
  readonly protocol: "udp" | "tcp";
  readonly address: string;
  readonly port: number;
}

export async function checkListening(subject: Subject): Promise<readonly Found[]> {
  const { listen, http } = subject.config;
  const all = [
    ...listen.map(toListening),
    {
      where: `http.listen ${hostPort(http.listen.address, http.listen.port)}`,
      protocol: "tcp" as const,
      ...http.listen,
    },
  ];
  const found = await Promise.all(all.map((one) => foundOf(one, subject)));
  return [runningFound(subject), ...found, ...loopbackOnly(listen)];
}

function runningFound({ live }: Subject): Found {
  if (live === null) return ok("switch", "it does not run");
  return live.isReady
    ? ok("switch", `it runs, and takes calls (${live.url})`)
    : warning("switch", `it runs, and takes no calls (${live.url})`, "see /readyz, or strowger drain --status");
}

async function foundOf({ where, protocol, address, port }: Listening, { pid }: Subject): Promise<Found> {
  if (!isWildcard(address) && !ownAddresses().includes(address)) {
    const own = ownAddresses().filter((one) => !isLoopback(one));
    return problem(
      where,
      `${address} is no address of this machine`,
      `listen on 0.0.0.0, or on one of ${own.join(", ") || "its addresses"}; the public address of a NAT goes into advertise`,
    );
  }
  // Any free one: there is nothing to find out.
  if (port === 0) return ok(where, "any free port");
  const refusal = await tryBind(protocol, address, port);
  if (refusal === undefined) return ok(where, pid === null ? "free" : "free: the running switch does not listen here");
  if (refusal === "EACCES") {
    return problem(
      where,
      `this user may not listen on port ${port}`,
      "use a port from 1024 on, or give the process CAP_NET_BIND_SERVICE (the systemd unit does)",
    );
  }
  if (refusal !== "EADDRINUSE") return problem(where, `it cannot be listened on: ${refusal}`, "choose another address");
  const owner = await ownerOf(protocol, port);
  if (owner !== null && owner.pid === pid) return ok(where, `the running switch listens here (process ${pid})`);
  const by = owner === null ? "another program" : `process ${owner.pid} (${shortened(owner.command)})`;
  return problem(where, `${by} listens here already`, "stop that program, or choose another port");
}

function toListening({ transport, address, port }: ConfiguredListener): Listening {
  const protocol = transport === "udp" ? "udp" : "tcp";
  return { where: `${transport}://${hostPort(address, port)}`, protocol, address, port };
}

/** Nobody but this machine can reach it. */
function loopbackOnly(listen: readonly ConfiguredListener[]): readonly Found[] {
  const isAlone = listen.every(({ address }) => isLoopback(address));
  const hasNetwork = Object.values(networkInterfaces()).some((all) => all?.some(({ internal }) => !internal));
  if (!isAlone || !hasNetwork) return [];
  return [
    warning("listen", "only programs on this machine can reach the switch", "listen on 0.0.0.0, or on its address"),
  ];
}

function shortened(command: string): string {
  return command.length <= MOST_COMMAND ? command : `${command.slice(0, MOST_COMMAND)}…`;
}

function hostPort(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
