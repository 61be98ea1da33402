/** What the kernel knows of processes and sockets (Linux, /proc). */
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { descendantsOf, statFields } from "../helpers/process-tree.ts";

const TICKS_PER_SECOND = 100;
/** utime, stime, and those of children that have ended (proc_pid_stat(5), counted after the program's name). */
const TIME_FIELDS = [11, 12, 13, 14] as const;

function treeOf(pid: number): number[] {
  return [pid, ...descendantsOf(pid).map((entry) => entry.pid)];
}

/** CPU seconds spent by a process and all below it, in user and kernel mode. */
export function cpuSecondsOf(pid: number): number {
  const ticks = treeOf(pid).flatMap((one) => {
    const fields = statFields(one);
    return fields === undefined ? [] : TIME_FIELDS.map((index) => Number(fields[index]));
  });
  return ticks.reduce((sum, value) => sum + value, 0) / TICKS_PER_SECOND;
}

/** Memory of a process and all below it, shared pages counted once (PSS), in bytes. */
export function memoryBytesOf(pid: number): number {
  const kilobytes = treeOf(pid).map((one) =>
    Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${one}/smaps_rollup`))?.[1] ?? 0),
  );
  return kilobytes.reduce((sum, value) => sum + value, 0) * 1024;
}

interface UdpSocket {
  readonly port: number;
  readonly drops: number;
}

function udpSockets(): UdpSocket[] {
  const rows = read("/proc/net/udp").trim().split("\n").slice(1);
  return rows.map((row) => {
    const fields = row.trim().split(/\s+/);
    return { port: Number.parseInt(fields[1]?.split(":")[1] ?? "0", 16), drops: Number(fields.at(-1)) };
  });
}

export function isUdpBound(port: number): boolean {
  return udpSockets().some((socket) => socket.port === port);
}

/** Datagrams that came to this port and found the receive buffer full. */
export function udpDrops(port: number): number {
  const drops = udpSockets().filter((socket) => socket.port === port);
  return drops.reduce((sum, socket) => sum + socket.drops, 0);
}

/** The machine, in one line. */
export function machine(): string {
  const cores = cpus();
  const gigabytes = (totalmem() / 2 ** 30).toFixed(0);
  return `${cores.length} x ${cores[0]?.model.trim() ?? "unknown"}, ${gigabytes} GiB, Linux ${release()}, Node ${process.version}`;
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
