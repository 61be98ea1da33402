/** Many calls of SIPp through a switch: each rings, is answered, lasts for as long as it is told, and is hung up by its caller. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Child } from "./child.ts";
import { startSippWith } from "./sipp.ts";
import * as step from "./sipp-scenario.ts";
import type { RunningSwitch } from "./switch.ts";

export interface LoadCallees {
  readonly port: number;
  readonly calls: number;
  /** Its files are written there. */
  readonly folder: string;
  /** For SIPp, further ones. */
  readonly options?: readonly string[];
}

export interface LoadCallers extends LoadCallees {
  /** Calls begun in a second. */
  readonly rate: number;
  readonly talkMs: number;
}

export function startLoadCallees({ port, calls, folder, options = [] }: LoadCallees): Child {
  const file = join(folder, "callees.xml");
  writeFileSync(
    file,
    step.scenario(
      step.expectInvite(),
      step.answer("180 Ringing", [], "", "invite"),
      step.answer("200 OK", [], step.audioAt(7000), "invite"),
      step.expectRequest("ACK"),
      step.expectRequest("BYE"),
      step.answer("200 OK"),
    ),
  );
  return startSippWith(file, { port, calls }, ["-aa", ...options], folder);
}

/** They call `load`. */
export function startLoadCallers(
  strowger: RunningSwitch,
  { port, calls, folder, rate, talkMs, options = [] }: LoadCallers,
): Child {
  const [file, rows] = [join(folder, "callers.xml"), join(folder, "rows.csv")];
  writeFileSync(rows, `SEQUENTIAL\nload;${strowger.domain};\n`);
  writeFileSync(
    file,
    step.scenario(
      step.invite([]),
      step.mayGet(100),
      step.mayGet(180),
      step.expectResponse(200),
      step.request("ACK", 1),
      step.pause(talkMs),
      step.request("BYE", 2),
      step.expectResponse(200),
    ),
  );
  const load = [`127.0.0.1:${strowger.sipPort}`, "-aa", "-inf", rows, "-r", String(rate)];
  return startSippWith(file, { port, calls }, [...load, ...options], folder);
}

/** The calls that are up, as the switch counts them. */
export async function activeCalls(strowger: RunningSwitch): Promise<number> {
  const { body } = await strowger.api("GET", "/metrics");
  return Number(/^strowger_calls_active(?:\{[^}]*\})? (\d+)/m.exec(String(body))?.[1]);
}
