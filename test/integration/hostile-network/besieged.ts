/**
 * A switch among hostile peers, and the honest phone that must be served whatever they do. The hostile come from an address
 * of their own, and nobody is exempt from what one address may do.
 */
import { expect, onTestFinished } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { register } from "../../helpers/raw-account.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { freshText, RawPhone } from "../../helpers/raw-phone.ts";
import { script } from "../../helpers/script-source.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";
import type { TestConfig } from "../../helpers/switch-config.ts";

export const HOSTILE = "127.0.0.2";
/** What the honest phone calls: the script is asked, and is busy. */
const BUSY = "486";
/** What the switch says of itself where something of ours was not up to what came. */
const HARM = /has died|could not be handled|nobody listened|A SIP server failed|A UDP socket failed/;

/** The guard at the door lets everything in: what is shown of the rooms behind it does not lean on it. */
const NO_GUARD = {
  exempt: [],
  perSource: { perSecond: 100_000, burst: 100_000 },
  perUser: { perSecond: 100_000, burst: 100_000 },
  ban: { minutes: 0 },
};

/** `otherwise`: what the script decides for all other calls. */
export async function besieged(
  config: TestConfig = {},
  otherwise = "reject(404)",
  handlers = "",
): Promise<RunningSwitch> {
  const strowger = await startSwitch({ guard: NO_GUARD, ...config });
  await strowger.deploy(
    "main",
    script(`  invite: (call) => (call.to.user === "${BUSY}" ? reject(486) : ${otherwise}),\n${handlers}`),
  );
  return strowger;
}

/** An honest phone registers and calls, and both are done as ever. */
export async function expectServed(strowger: RunningSwitch, phone?: RawPhone): Promise<void> {
  const honest = phone ?? (await rawPhone(strowger, "alice"));
  const answer = await register(honest, { user: "alice" });
  expect(answer.startLine).toBe("SIP/2.0 200 OK");
  await expectRefusal(honest, invite(honest, BUSY, { callId: freshText("honest") }), 486);
  expect((await register(honest, { user: "alice", expires: "0" })).status).toBe(200);
}

/** What was done has cost nothing but itself. */
export function expectUnharmed(strowger: RunningSwitch): void {
  expect(strowger.running).toBe(true);
  expect(HARM.exec(strowger.log())?.[0]).toBeUndefined();
}

/** A phone of the hostile address. */
export async function hostilePhone(
  strowger: RunningSwitch,
  name = "mallory",
  transport: "udp" | "tcp" = "udp",
): Promise<RawPhone> {
  const open = transport === "udp" ? RawPhone.udp : RawPhone.tcp;
  const phone = await open({ name, switchPort: strowger.sipPort, address: HOSTILE });
  onTestFinished(() => phone.close());
  return phone;
}
