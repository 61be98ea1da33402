/** What the system allows a process: open files against calls and connections, and the buffers of sockets. */
import { readFile } from "node:fs/promises";
import type { Config } from "../../config/config.ts";
import { type Found, ok, warning } from "../finding.ts";
import type { Subject } from "../subject.ts";

/** Files, threads, script hosts and the API. */
const OWN_FILES = 500;
/** RTP and RTCP of both sides. */
const FILES_PER_CALL = 4;
/** What a UDP listener asks for (`sip/transport/udp.ts`). */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
const RMEM_MAX = "/proc/sys/net/core/rmem_max";

export async function checkLimits({ config, pid }: Subject): Promise<readonly Found[]> {
  const table = await readFile(`/proc/${pid ?? "self"}/limits`, "latin1").catch(() => "");
  const rmem = Number(await readFile(RMEM_MAX, "latin1").catch(() => "NaN"));
  return [filesFound(config, openFiles(table)), bufferFound(rmem)].filter((found) => found !== undefined);
}

/** The hard limit, which Node makes its own; `undefined`: it cannot be told. */
export function openFiles(table: string): number | undefined {
  const [, hard] = /^Max open files\s+\S+\s+(\S+)/m.exec(table) ?? [];
  if (hard === undefined) return undefined;
  return hard === "unlimited" ? Number.POSITIVE_INFINITY : Number(hard);
}

export function filesFound({ limits, media }: Config, most: number | undefined): Found | undefined {
  if (most === undefined) return undefined;
  const ports = media.ports.last - media.ports.first + 1;
  const needed = OWN_FILES + limits.connections.max + Math.min(limits.calls.max * FILES_PER_CALL, ports);
  if (most >= needed)
    return ok("ulimit -n", `${most === Number.POSITIVE_INFINITY ? "any number of" : most} open files`);
  const what = `${most} open files, and ${needed} are needed for limits.connections.max and limits.calls.max`;
  return warning("ulimit -n", what, `raise it (LimitNOFILE=${needed} in the systemd unit), or lower the limits`);
}

export function bufferFound(rmemMax: number): Found | undefined {
  if (Number.isNaN(rmemMax)) return undefined;
  const has = `${Math.floor(rmemMax / 1024)} KB`;
  if (rmemMax >= RECEIVE_BUFFER_BYTES) return ok("net.core.rmem_max", `${has} for what comes in a burst`);
  const what = `${has}, and the switch asks for ${RECEIVE_BUFFER_BYTES / 1024} KB: bursts over UDP may be lost`;
  return warning("net.core.rmem_max", what, `sysctl -w net.core.rmem_max=${RECEIVE_BUFFER_BYTES}`);
}
