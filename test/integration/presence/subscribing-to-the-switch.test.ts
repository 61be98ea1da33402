import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { RawPhone } from "../../helpers/raw-phone.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { RawSubscriber } from "./raw-subscriber.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

/** A switch without mailboxes has no event to subscribe to, and says so. */
async function allowsEvents(): Promise<boolean> {
  const probe = await RawPhone.udp({ name: "probe", switchPort: strowger.sipPort });
  const { text } = await probe.settle().finally(() => probe.close());
  return /^Allow-Events: .*message-summary/im.test(text);
}

describe.skipIf(!(await allowsEvents()))("The switch as it is started", () => {
  it("lets a user subscribe to the mailbox, tells its state, and lets nobody else", async () => {
    const alice = new RawSubscriber(await rawPhone(strowger, "alice"));
    expect((await alice.subscribe()).status).toBe(200);
    const notify = await alice.notified();
    expect(notify.header("Content-Type")).toBe("application/simple-message-summary");
    expect(notify.body).toContain("Messages-Waiting: no");
    expect((await alice.subscribe({ expires: 0 })).status).toBe(200);
    expect((await alice.notified()).header("Subscription-State")).toBe("terminated;reason=timeout");

    const bob = new RawSubscriber(await rawPhone(strowger, "bob"));
    expect((await bob.subscribe({ uri: "sip:100@example.test" })).status).toBe(403);
  });
});
