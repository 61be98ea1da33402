/** A debugger at the sandbox itself: messages of the Chrome DevTools Protocol without a socket. */
import { onTestFinished } from "vitest";
import type { InspectionSession, ScriptInspection } from "../../../runtime/port/inspection.ts";
import { until } from "../../helpers/until.ts";
import { Debugger } from "./debugger.ts";

/** Attaches to the newest version of a script, once it is loaded. */
export async function attachTo(inspection: ScriptInspection, script: string): Promise<Debugger> {
  const target = await until(`an isolate of ${script}`, () =>
    inspection.targets().find(({ ref }) => ref.script === script),
  );
  let session: InspectionSession | "unknown" | "taken" = "unknown";
  const debugging = new Debugger({
    send: (text) => typeof session === "object" && session.send(text),
    close: () => typeof session === "object" && session.close(),
  });
  session = inspection.attach(target.id, {
    heard: (text) => debugging.heard(text),
    targetGone: () => debugging.hasEnded(),
  });
  if (typeof session === "string") throw new Error(`The debugger cannot be attached: ${session}.`);
  onTestFinished(() => debugging.close());
  return debugging;
}
