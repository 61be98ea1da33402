/** Two phones that talk, without session timers, and may vanish. */
import { rawPhone } from "../../helpers/phones.ts";
import { connectCall } from "../../helpers/raw-call.ts";
import type { RawPhone } from "../../helpers/raw-phone.ts";
import { script } from "../../helpers/script-source.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";

/** Two pings, each given up after 64·T1 (Timer F). */
export const TWO_PINGS_MS = 64_000;

/** A switch that calls whoever listens at the port which was dialled, with these options of `forward`. */
export async function switchWith(
  liveness: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>> = {},
): Promise<RunningSwitch> {
  // A slow machine may be longer away than calls are usually kept for.
  const strowger = await startSwitch({ liveness, restart: { keepCallsSeconds: 300 } });
  const handlers = `
    invite: (call) => forward(\`sip:callee@127.0.0.1:\${call.to.user}\`, ${JSON.stringify(options)}),
    ended: (call, event) => console.log("ended: " + event.cdr.reason),`;
  await strowger.deploy("main", script(handlers));
  return strowger;
}

export async function talking(strowger: RunningSwitch) {
  const caller = await rawPhone(strowger, "caller");
  const callee = await rawPhone(strowger, "callee");
  const call = await connectCall(caller, callee, String(callee.port));
  const { id } = await strowger.call(({ state }) => state === "answered");
  return { ...call, phones: { caller, callee }, id };
}

/** The phone answers each ping from now on, until none has come for so long. */
export async function answerPings(phone: RawPhone, withinMs: number): Promise<void> {
  const ping = await phone.expect("OPTIONS", withinMs).catch(() => undefined);
  if (ping === undefined) return;
  phone.answer(ping, 200);
  await answerPings(phone, withinMs);
}

/** The line of a metric, once it has been counted. */
export async function metric(strowger: RunningSwitch, name: string): Promise<string | undefined> {
  const { body } = await strowger.api("GET", "/metrics");
  return String(body)
    .split("\n")
    .find((line) => line.startsWith(name));
}
