import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { ring } from "../../helpers/raw-call.ts";
import { cancel, expectRefusal } from "../../helpers/raw-dialog.ts";
import { forwardTo, inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";
import { CallThatIsUp, metric } from "./world.ts";

/** 64*T1 for a BYE, 64*T1 again for an INVITE that was cancelled (RFC 3261 §9.1), and what is still under way. */
const FORGOTTEN_WITHIN_MS = 80_000;
const strowger = await startSwitch();
afterAll(() => strowger.stop());

async function nothingIsLeft(calls: number): Promise<void> {
  await strowger.noCalls();
  await until("the records", async () => (await strowger.cdrs()).length === calls);
  const transactions = async () =>
    (await metric(strowger, "strowger_client_transactions")) + (await metric(strowger, "strowger_server_transactions"));
  await until("no transaction to be left", async () => (await transactions()) === 0, FORGOTTEN_WITHIN_MS);
  expect(await strowger.cdrs()).toHaveLength(calls);
}

describe("A phone that dies without a word", () => {
  it("in the middle of a call, and while it rings, keeps nobody, and leaves one record of each", {
    timeout: 150_000,
  }, async () => {
    const call = await CallThatIsUp.begin(strowger);
    const [caller, ringing] = [await rawPhone(strowger, "second"), await rawPhone(strowger, "ringing")];
    await strowger.deploy("main", inviteScript(forwardTo([ringing])));
    const { invite } = await ring(caller, ringing, "700");
    // From here on neither says anything.
    await call.isHungUpByItsCaller();
    cancel(caller, invite);
    await caller.expect("200 CANCEL");
    await expectRefusal(caller, invite, 487);
    await nothingIsLeft(2);
  });
});
