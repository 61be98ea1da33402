/**
 * Datagrams that the kernel threw away because our receive buffer was full, from its own tables (Linux). A switch that
 * loses datagrams here is too slow or paused too long; no other figure shows it.
 */
import { readFile } from "node:fs/promises";
import { octetsOf } from "./host.ts";

export interface UdpEndpoint {
  readonly address: string;
  readonly port: number;
}

/** Sum over these sockets; 0 where there is no such table. */
export async function readUdpDrops(endpoints: readonly UdpEndpoint[]): Promise<number> {
  const [ipv4, ipv6] = await Promise.all([readTable("/proc/net/udp"), readTable("/proc/net/udp6")]);
  return countDrops(ipv4, endpoints) + countDrops(ipv6, endpoints);
}

/** Sums the last column of the lines whose local address is one of these. */
export function countDrops(table: string, endpoints: readonly UdpEndpoint[]): number {
  const wanted = new Set(endpoints.map(kernelSpelling));
  let drops = 0;
  for (const line of table.split("\n")) {
    const columns = line.trim().split(/\s+/);
    const local = columns[1];
    const last = Number(columns.at(-1));
    if (local !== undefined && wanted.has(local) && Number.isInteger(last)) drops += last;
  }
  return drops;
}

/** Address and port in hex as the kernel prints them: 32-bit words, each with its bytes reversed on our platforms. */
function kernelSpelling(endpoint: UdpEndpoint): string {
  const bytes = octetsOf(endpoint.address);
  let text = "";
  for (let word = 0; word < bytes.length; word += 4) {
    for (const byte of bytes.slice(word, word + 4).reverse()) text += hex(byte, 2);
  }
  return `${text}:${hex(endpoint.port, 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}

async function readTable(path: string): Promise<string> {
  try {
    return await readFile(path, "latin1");
  } catch {
    return "";
  }
}
