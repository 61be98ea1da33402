/** A call that is up while something around the switch goes wrong, and what must hold of it. */
import { execFileSync } from "node:child_process";
import { expect } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { type ConnectedCall, connectCall, hangUp } from "../../helpers/raw-call.ts";
import type { RawPhone } from "../../helpers/raw-phone.ts";
import { forwardTo, inviteScript } from "../../helpers/script-source.ts";
import { sdp } from "../../helpers/sdp.ts";
import type { RunningSwitch } from "../../helpers/switch.ts";

/** Brought up before the fault: in-dialog requests of both sides work during it, and it ends as it should. */
export class CallThatIsUp {
  readonly #call: ConnectedCall;
  readonly callee: RawPhone;

  private constructor(call: ConnectedCall, callee: RawPhone) {
    this.#call = call;
    this.callee = callee;
  }

  static async begin(strowger: RunningSwitch, to = "700"): Promise<CallThatIsUp> {
    const [caller, callee] = [await rawPhone(strowger, "caller"), await rawPhone(strowger, "callee")];
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    return new CallThatIsUp(await connectCall(caller, callee, to), callee);
  }

  /** A re-INVITE goes through, end to end. */
  async works(): Promise<void> {
    const { caller, callee } = this.#call;
    const again = caller.reinvite(sdp(6100));
    const offered = await callee.phone.expect("INVITE");
    callee.phone.answer(offered, 200, {
      fields: [
        ["Contact", callee.phone.contact],
        ["Content-Type", "application/sdp"],
      ],
      body: sdp(7100),
    });
    expect((await caller.phone.expect("200 INVITE")).cseq).toBe(again.cseq);
    caller.ack(again);
    await callee.phone.expect("ACK");
  }

  /** Its caller gets the answer to his BYE, whatever has become of his peer. */
  async isHungUpByItsCaller(): Promise<void> {
    await this.#call.caller.bye();
  }

  async end(): Promise<void> {
    await hangUp(this.#call.caller, this.#call.callee);
  }
}

/** A new call from one phone to another works, and ends. */
export async function aNewCallWorks(strowger: RunningSwitch, callee: RawPhone, to = "700"): Promise<void> {
  const caller = await rawPhone(strowger, "caller");
  const call = await connectCall(caller, callee, to);
  await hangUp(call.caller, call.callee);
}

/** How often the log says so. */
export function linesWith(strowger: RunningSwitch, text: string): number {
  return strowger.log().split(text).length - 1;
}

export async function metric(strowger: RunningSwitch, name: string): Promise<number> {
  const text: string = (await strowger.api("GET", "/metrics")).body;
  const line = text.split("\n").find((one) => one.startsWith(`${name} `) || one.startsWith(`${name}{`));
  return Number(line?.split(" ").at(-1));
}

/** Whether this process may mount file systems. */
export function mayMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    execFileSync("unshare", ["--mount", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/mnt"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
