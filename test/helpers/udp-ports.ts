/** Ports for the audio of a switch under test, and who listens on them, as the kernel of this machine says. */
import { readFileSync } from "node:fs";

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Below what `freePort`, a switch without such a setting, and the system pick from. */
const FIRST = 10_000;
const WIDTH = 200;
const RANGES = 31;

/** The range of this process: nobody but its switch takes ports from it. */
export const mediaPorts: PortRange = {
  first: FIRST + (process.pid % RANGES) * WIDTH,
  last: FIRST + (process.pid % RANGES) * WIDTH + WIDTH - 1,
};

/** As `media.ports` of a configuration. */
export function configured({ first, last }: PortRange): { readonly ports: string } {
  return { ports: `${first}-${last}` };
}

/** The UDP ports of this range (IPv4) on which somebody listens. */
export function boundPorts({ first, last }: PortRange): number[] {
  const lines = readFileSync("/proc/net/udp", "utf8").split("\n").slice(1);
  const ports = lines.map((line) => Number.parseInt(/^\s*\d+: [0-9A-F]+:([0-9A-F]{4})/.exec(line)?.[1] ?? "0", 16));
  return ports.filter((port) => port >= first && port <= last);
}
