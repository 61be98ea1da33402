/**
 * What media costs: endpoints that play and record PCMU against a peer in another process that sends back what it gets.
 * `node test/bench/media.ts [endpoints]`; takes ten seconds, and prints CPU per stream and how evenly packets leave.
 */
import { type ChildProcess, fork } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { silentLog } from "../../runtime/base/log.ts";
import { TimerWheel } from "../../runtime/base/timer-wheel.ts";
import { createEmbeddedPlane } from "../../runtime/media/embedded/embedded-plane.ts";
import type { AudioStream } from "../../runtime/port/media.ts";

const WARM_MS = 2_000;
const MEASURED_MS = 6_000;
const PCMU = { codec: "PCMU", payloadType: 0, clockRate: 8000, ptimeMs: 20 } as const;

interface Spacing {
  readonly packets: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

if (process.send === undefined) await measure(Number(process.argv[2] ?? 200));
else echo();

async function measure(count: number): Promise<void> {
  const peer = fork(new URL(import.meta.url).pathname, { stdio: "inherit" });
  const port = await answer<number>(peer);
  const folder = mkdtempSync(join(tmpdir(), "strowger-bench-"));
  const plane = await createEmbeddedPlane({ clock: new TimerWheel(), log: silentLog, country: "us", codecs: ["PCMU"] });
  for (let index = 0; index < count; index++) {
    const endpoint = plane.open({ address: "127.0.0.1" }, { mediaEvent() {} });
    endpoint.connect(streamTo(port));
    endpoint.play(1, { sources: [{ type: "tone", tone: "dial" }] });
    endpoint.record(2, { file: join(folder, `${index}.wav`), what: "received", maxMs: 60_000 });
  }
  await wait(WARM_MS);
  peer.send("begin");
  const before = process.cpuUsage();
  const startMs = performance.now();
  await wait(MEASURED_MS);
  const { user, system } = process.cpuUsage(before);
  const ms = performance.now() - startMs;
  peer.send("end");
  const spacing = await answer<Spacing>(peer);
  await plane.stop();
  rmSync(folder, { recursive: true, force: true });
  const percent = (user + system) / 10 / ms;
  console.log(`${count} endpoints play and record PCMU, ${availableParallelism()} cores, Node ${process.version}`);
  console.log(`CPU: ${percent.toFixed(1)} % of a core, ${(percent / count).toFixed(3)} % per stream`);
  const expected = (count * ms) / 20;
  console.log(`packets: ${spacing.packets} of ${Math.round(expected)} heard by the peer`);
  const [p50, p99, max] = [spacing.p50, spacing.p99, spacing.max].map((value) => value.toFixed(1));
  console.log(`between two packets of a stream: p50 ${p50} ms, p99 ${p99} ms, max ${max} ms`);
}

function streamTo(port: number): AudioStream {
  const remote = { address: "127.0.0.1", port };
  const rest = { telephoneEvent: null, comfortNoise: null, remoteRtcp: null, srtp: null };
  return { format: PCMU, accepted: [PCMU], direction: "sendrecv", remote, ...rest };
}

async function answer<Value>(peer: ChildProcess): Promise<Value> {
  const [message] = await once(peer, "message");
  // The peer is this very file.
  return message as Value;
}

/** The peer: sends everything back, and notes when it came. */
function echo(): void {
  const socket = createSocket({ type: "udp4", recvBufferSize: 4_000_000 });
  const lastMs = new Map<number, number>();
  let gaps: number[] | null = null;
  socket.on("message", (packet, from) => {
    socket.send(packet, from.port, from.address);
    const nowMs = performance.now();
    gaps?.push(nowMs - (lastMs.get(from.port) ?? nowMs));
    lastMs.set(from.port, nowMs);
  });
  socket.bind(0, "127.0.0.1", () => process.send?.(socket.address().port));
  process.on("message", (message) => {
    if (message === "begin") gaps = [];
    else process.send?.(spacingOf(gaps ?? []), () => process.exit());
  });
}

function spacingOf(gaps: number[]): Spacing {
  const sorted = gaps.sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor(part * (sorted.length - 1))] ?? 0;
  return { packets: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
