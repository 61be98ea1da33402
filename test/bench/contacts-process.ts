/**
 * A process of its own that holds registered contacts, started by `measure-contacts.ts` with `--expose-gc`: prints what they
 * cost as one line of JSON. The registrar and the store are those of the switch.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "../../runtime/base/log.ts";
import { TimerWheel } from "../../runtime/base/timer-wheel.ts";
import type { BindingRow, Store } from "../../runtime/port/store.ts";
import { openSqliteStore } from "../../runtime/storage/sqlite.ts";
import { Registrar } from "../../runtime/switch/registrar/registrar.ts";
import type { ContactFigures } from "./measure-contacts.ts";

const CONTACTS = 100_000;
const SIZES = [1_000, 10_000, CONTACTS];
const LOOKUPS = 1_000_000;
const MS = 1_000;
const DOMAIN = "bench.test";
/** All run out in one second, as after a power cut in a town an hour before. */
const EXPIRY_MS = 20_000;
/** The clearing away gets this long. */
const PATIENCE_MS = 120_000;

const clock = new TimerWheel();
const folder = mkdtempSync(join(tmpdir(), "bench-contacts-"));
const file = join(folder, "contacts.sqlite");
const expiresAt = Date.now() + 3_600_000;

function rowOf(index: number, until: number): BindingRow {
  const address = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
  return {
    domain: DOMAIN,
    user: `user${index}`,
    contact: `sip:user${index}@${address}:5060;transport=udp;line=${index.toString(16)}`,
    callId: `${index.toString(36)}-4f1d3c2b9a8e7d6c@${address}`,
    cseq: 2,
    q: 1,
    expiresAt: until,
    registeredAt: until - 3_600_000,
    userAgent: `Desk Phone ${index % 20}.0`,
    path: [],
    instance: `<urn:uuid:00000000-0000-1000-8000-${index.toString(16).padStart(12, "0")}>`,
    regId: null,
    transport: "udp",
    localAddress: "192.0.2.1",
    localPort: 5060,
    remoteAddress: address,
    remotePort: 5060,
    connection: 0,
  };
}

function registrarOn(store: Store["bindings"]): Registrar {
  return new Registrar({ store, clock, log: silentLog, gruuKey: "bench" });
}

/** Nanoseconds for one look-up of a user by chance, with so many registered. */
async function lookupNs(count: number): Promise<number> {
  const rows = Array.from({ length: count }, (_, index) => rowOf(index, expiresAt));
  const registrar = registrarOn({ all: async () => rows, replace: async () => {} });
  await registrar.load();
  const names = Array.from({ length: 8_192 }, () => `user${Math.floor(Math.random() * count)}`);
  const run = (): number => {
    let found = 0;
    for (let round = 0; round < LOOKUPS; round++) found += registrar.lookup(DOMAIN, names[round & 8_191] ?? "").length;
    return found;
  };
  run();
  const start = cpuMs();
  if (run() !== LOOKUPS) throw new Error("A contact was not found.");
  return ((cpuMs() - start) * 1e6) / LOOKUPS;
}

function memory(): { readonly heap: number; readonly rss: number } {
  for (let round = 0; round < 4; round++) globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, rss };
}

async function fill(until: number): Promise<void> {
  const store = await openSqliteStore({ file, log: silentLog });
  const writes: Promise<void>[] = [];
  for (let index = 0; index < CONTACTS; index++) {
    writes.push(store.bindings.replace(DOMAIN, `user${index}`, [rowOf(index, until)]));
    if (index % 1_000 === 0) await writes.at(-1);
  }
  await Promise.all(writes);
  await store.close();
}

/** How long the clearing away keeps everything else waiting at most, and how long it takes until all are gone. */
async function sweep(registrar: Registrar): Promise<{ readonly stallMs: number; readonly seconds: number }> {
  let stallMs = 0;
  const expire = registrar.expire.bind(registrar);
  registrar.expire = () => {
    const start = cpuMs();
    expire();
    stallMs = Math.max(stallMs, cpuMs() - start);
  };
  const start = performance.now();
  while (registrar.size > 0 && performance.now() - start < PATIENCE_MS) await new Promise((go) => setTimeout(go, 50));
  return { stallMs, seconds: (performance.now() - start) / MS };
}

/** Of this thread: what others do on the same core does not count. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / MS;
}

const lookups: number[] = [];
for (const size of SIZES) lookups.push(await lookupNs(size));

const end = Date.now() + EXPIRY_MS;
await fill(end);
const store = await openSqliteStore({ file, log: silentLog });
const before = memory();
const begun = performance.now();
const registrar = registrarOn(store.bindings);
await registrar.load();
const loadMs = performance.now() - begun;
const after = memory();
await new Promise((go) => setTimeout(go, Math.max(0, end - Date.now())));
const { stallMs, seconds } = await sweep(registrar);
const left = registrar.size;
await store.close();
rmSync(folder, { recursive: true, force: true });
const figures: ContactFigures = {
  contacts: CONTACTS,
  heapBytes: (after.heap - before.heap) / CONTACTS,
  rssBytes: (after.rss - before.rss) / CONTACTS,
  lookupNs: lookups,
  loadMs,
  stallMs,
  sweepSeconds: seconds,
  left,
};
// The clock of the other registrars runs for an hour yet.
process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0));
