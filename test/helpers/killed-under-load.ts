/**
 * Kills a switch that has many calls of SIPp up, and sees what becomes of them: each is hung up by its caller, a part of
 * them while the switch is away, so that the BYE is sent again until somebody hears it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Child } from "./child.ts";
import { freePort } from "./free-port.ts";
import { killSwitch } from "./kill-switch.ts";
import { connectCall } from "./raw-call.ts";
import { RawPhone } from "./raw-phone.ts";
import { activeCalls, startLoadCallees, startLoadCallers } from "./sipp-load.ts";
import type { RunningSwitch } from "./switch.ts";
import { until, within } from "./until.ts";

const RATE = 100;
/** How long a call lasts beside the time that all need to begin. */
const TALK_MS = 8_000;
const UP_WITHIN_MS = 60_000;
const END_WITHIN_MS = 120_000;
const ASK_AGAIN_MS = 20;

export interface Aftermath {
  /** Exit codes of SIPp as caller and as callee: 0 where every call went as it should. */
  readonly sipp: readonly (number | null)[];
  /** Records in the store: all, those of calls that were answered, those whose time is too short. */
  readonly records: { readonly all: number; readonly answered: number; readonly short: number };
  /** From the death of the process to the first answer to a request within a call. */
  readonly deafMs: number;
}

/** The script of the switch forwards `load` to `sippUri`, and `probe` to `probeUri`. */
export function scriptOfLoad(sippPort: number, probePort: number): string {
  const uri = (port: number) => `"sip:x@127.0.0.1:${port}"`;
  return `import { forward, type Script } from "strowger";
export default {
  invite: (call) => forward(call.to.user === "probe" ? ${uri(probePort)} : ${uri(sippPort)}),
} satisfies Script;
`;
}

export async function killUnderLoad(strowger: RunningSwitch, calls: number): Promise<Aftermath> {
  const [sippPort, callerPort] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), "killed-"));
  const [caller, callee] = [await phone(strowger, "caller"), await phone(strowger, "callee")];
  await strowger.deploy("main", scriptOfLoad(sippPort, callee.port));
  const running: Child[] = [];
  try {
    running.push(startLoadCallees({ port: sippPort, calls, folder }));
    const talkMs = (calls / RATE) * 1000 + TALK_MS;
    const options = ["-l", String(calls)];
    running.push(startLoadCallers(strowger, { port: callerPort, calls, folder, rate: RATE, talkMs, options }));
    const probe = await connectCall(caller, callee, "probe");
    await until(`${calls} calls to be up`, async () => (await activeCalls(strowger)) > calls, UP_WITHIN_MS);
    const killed = killSwitch(strowger);
    const started = performance.now();
    const bye = probe.caller.request("BYE");
    const asking = setInterval(() => caller.send(bye.text), ASK_AGAIN_MS);
    await caller.expect("200 BYE", UP_WITHIN_MS).finally(() => clearInterval(asking));
    const deafMs = performance.now() - started;
    callee.answer(await callee.expect("BYE"), 200);
    await killed;
    const exits = await Promise.all(running.map((sipp) => within("SIPp to end", sipp.exited, END_WITHIN_MS)));
    await strowger.noCalls();
    // The last records are on their way.
    await until("all records", () => recordsIn(strowger.folder).all > calls);
    return { sipp: exits.map(({ code }) => code), records: recordsIn(strowger.folder), deafMs };
  } finally {
    for (const sipp of running) if (sipp.running) await sipp.stop("SIGKILL");
    for (const one of [caller, callee]) one.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function phone(strowger: RunningSwitch, name: string): Promise<RawPhone> {
  return RawPhone.udp({ name, switchPort: strowger.sipPort });
}

function recordsIn(folder: string): Aftermath["records"] {
  const db = new DatabaseSync(join(folder, "data", "strowger.sqlite"), { readOnly: true });
  try {
    const count = (where: string): number => {
      const row = db.prepare(`select count(*) as found from cdrs where ${where}`).get();
      return Number(Object.values(row ?? {})[0]);
    };
    return {
      all: count("true"),
      answered: count("result = 'answered'"),
      short: count(`seconds < ${TALK_MS / 1000 - 1} and "to" not like '%probe%'`),
    };
  } finally {
    db.close();
  }
}
