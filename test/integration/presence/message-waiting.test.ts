import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { register } from "../../helpers/raw-account.ts";
import { RawPhone } from "../../helpers/raw-phone.ts";
import { until } from "../../helpers/until.ts";
import { RawSubscriber } from "./raw-subscriber.ts";
import { startSwitchWithLamps } from "./switch-with-lamps.ts";

const strowger = await startSwitchWithLamps();
afterAll(() => strowger.stop());

async function phone(name: string, transport: "udp" | "tcp" = "udp"): Promise<RawPhone> {
  const open = transport === "udp" ? RawPhone.udp : RawPhone.tcp;
  const opened = await open({ name, switchPort: strowger.sipPort });
  onTestFinished(() => opened.close());
  return opened;
}

describe("A phone on a real socket that subscribes to its mailbox", () => {
  it.each(["udp", "tcp"] as const)(
    "over %s is told of messages as they come and go, until it leaves",
    async (transport) => {
      strowger.hold("alice", { new: 0, saved: 0 });
      const subscriber = new RawSubscriber(await phone("alice", transport));
      expect((await subscriber.subscribe()).header("Expires")).toBe("600");
      const first = await subscriber.notified();
      expect(first.header("Subscription-State")).toMatch(/^active;expires=(600|599)$/);
      expect(first.body).toContain("Messages-Waiting: no");

      strowger.hold("alice", { new: 1, saved: 4 });
      const second = await subscriber.notified();
      expect(second.cseq).toBe(first.cseq + 1);
      expect(second.body).toContain("Messages-Waiting: yes");
      expect(second.body).toContain("Voice-Message: 1/4 (0/0)");

      expect((await subscriber.subscribe()).status).toBe(200);
      expect((await subscriber.notified()).header("Subscription-State")).toMatch(/^active/);

      expect((await subscriber.subscribe({ expires: 0 })).header("Expires")).toBe("0");
      expect((await subscriber.notified()).header("Subscription-State")).toBe("terminated;reason=timeout");
      expect((await subscriber.subscribe()).status).toBe(481);
    },
  );

  it("is sent a NOTIFY again until it answers, and is forgotten when it says that it knows nothing of it", async () => {
    const bob = await phone("bob");
    const subscriber = new RawSubscriber(bob);
    await subscriber.subscribe();
    const notify = await bob.expect("NOTIFY");
    await bob.expectAgain(notify);
    bob.answer(notify, 481);
    await until("the subscription to end", async () => strowger.subscriptions.size === 0);
    expect((await subscriber.subscribe()).status).toBe(481);
  });

  it("is refused the box of somebody else, and an event that nobody knows", async () => {
    const bob = await phone("bob");
    expect((await new RawSubscriber(bob).subscribe({ uri: "sip:100@example.test" })).status).toBe(403);
    const refusal = await new RawSubscriber(bob).subscribe({ event: "weather" });
    expect(refusal.status).toBe(489);
    expect(refusal.header("Allow-Events")).toBe("message-summary");
  });
});

describe("A phone on a real socket that only registers", () => {
  it("is told of the messages that wait when it has registered, and when there are none any more", async () => {
    strowger.hold("bob", { new: 2, saved: 0 });
    const bob = await phone("bob");
    expect((await register(bob, { user: "bob" })).status).toBe(200);
    const first = await bob.expect("NOTIFY", 8_000);
    bob.answer(first, 200, { toTag: "b" });
    expect(first.body).toContain("Voice-Message: 2/0 (0/0)");
    strowger.hold("bob", { new: 0, saved: 2 });
    const second = await bob.expect("NOTIFY", 8_000);
    bob.answer(second, 200, { toTag: "b" });
    expect(second.body).toContain("Messages-Waiting: no");
    expect(second.header("Call-ID")).not.toBe(first.header("Call-ID"));
  });
});
