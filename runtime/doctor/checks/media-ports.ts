/** Whether there are ports for the audio of so many calls, which nobody else takes. */
import { readFile } from "node:fs/promises";
import type { Config, ConfiguredPorts } from "../../config/config.ts";
import { type Found, ok, problem, warning } from "../finding.ts";
import { tryBind } from "../machine/bind.ts";
import type { Subject } from "../subject.ts";

/** Two sides of a call, each with a port for RTP and one for RTCP. */
const PORTS_PER_CALL = 4;
const FEW_CALLS = 50;
const SAMPLES = 32;
const EPHEMERAL = "/proc/sys/net/ipv4/ip_local_port_range";

export async function checkMediaPorts({ config, pid }: Subject): Promise<readonly Found[]> {
  const ephemeral = /^(\d+)\s+(\d+)/.exec(await readFile(EPHEMERAL, "utf8").catch(() => ""));
  const range = ephemeral === null ? null : { first: Number(ephemeral[1]), last: Number(ephemeral[2]) };
  const found = mediaFindings(config, range);
  // The ports of a running switch are its own.
  return pid === null ? [...found, ...(await takenFindings(config.media.ports))] : found;
}

export function mediaFindings({ media, listen, limits }: Config, ephemeral: ConfiguredPorts | null): readonly Found[] {
  const { ports, webrtc } = media;
  const text = `${ports.first}-${ports.last}`;
  const calls = Math.floor((ports.last - ports.first + 1) / PORTS_PER_CALL);
  const room = `${text} has room for the audio of ${calls} calls at once`;
  const found: Found[] = [];
  if (calls < Math.min(FEW_CALLS, limits.calls.max)) {
    found.push(warning("media.ports", `${room}, and limits.calls.max is ${limits.calls.max}`, "widen the range"));
  } else found.push(ok("media.ports", room));
  const clash = listen.find(({ transport, port }) => transport === "udp" && port >= ports.first && port <= ports.last);
  if (clash !== undefined) {
    found.push(problem("media.ports", `the SIP port ${clash.port} lies within ${text}`, "take it out of the range"));
  }
  if (overlaps(ports, webrtc.ports)) {
    const what = `${text} and those of browsers (${webrtc.ports.first}-${webrtc.ports.last}) overlap`;
    found.push(problem("media.webrtc.ports", what, "give browsers a range of their own"));
  }
  if (ephemeral !== null && overlaps(ports, ephemeral)) {
    const what = `the system gives ports of ${ephemeral.first}-${ephemeral.last} to any program, and ${text} lies in it`;
    found.push(
      warning("media.ports", what, `use 16384-32767, or reserve them: sysctl net.ipv4.ip_local_reserved_ports=${text}`),
    );
  }
  return found;
}

/** A sample, spread over the range. */
async function takenFindings({ first, last }: ConfiguredPorts): Promise<readonly Found[]> {
  const step = Math.max(1, Math.floor((last - first + 1) / SAMPLES));
  const ports = Array.from({ length: SAMPLES }, (_, index) => first + index * step).filter((port) => port <= last);
  const refusals = await Promise.all(ports.map((port) => tryBind("udp", "0.0.0.0", port)));
  const taken = refusals.filter((refusal) => refusal !== undefined).length;
  if (taken === 0) return [];
  const what = `${taken} of ${ports.length} ports that were tried are taken`;
  return [warning("media.ports", what, "find out by whom (ss -ulpn), or choose another range")];
}

function overlaps(one: ConfiguredPorts, other: ConfiguredPorts): boolean {
  return one.first <= other.last && other.first <= one.last;
}
