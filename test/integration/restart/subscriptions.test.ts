import { afterAll, expect, it, vi } from "vitest";
import { killSwitch } from "../../helpers/kill-switch.ts";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { answer, ring } from "../../helpers/raw-call.ts";
import { script } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { wellFormed } from "../../helpers/well-formed.ts";
import { RawSubscriber } from "../presence/raw-subscriber.ts";

vi.setConfig({ testTimeout: 120_000 });

const DIALOG = { event: "dialog", accept: "application/dialog-info+xml", uri: "sip:bob@example.test" };
const strowger = await startSwitch();
await strowger.deploy("main", script('invite: () => forward("bob"),'));
afterAll(() => strowger.stop());

it("A lamp that has watched a phone when the switch was killed is told all of its state again, and of what comes after", async () => {
  const watcher = new RawSubscriber(await rawPhone(strowger, "alice"));
  expect((await watcher.subscribe(DIALOG)).status).toBe(200);
  const first = await watcher.notified();
  const bob = await registeredPhone(strowger, "bob");
  const call = await ring(await rawPhone(strowger, "caller"), bob, "101");
  answer(bob, call);
  let last = await watcher.notified();
  while (!last.body.includes("confirmed")) last = await watcher.notified();
  await killSwitch(strowger);

  const again = await watcher.notified();
  expect(again.header("Call-ID")).toBe(first.header("Call-ID"));
  expect(again.cseq).toBeGreaterThan(last.cseq);
  expect(versionOf(again.body)).toBeGreaterThan(versionOf(last.body));
  expect(again.body).toContain("confirmed");
  // The phone knows nothing of the restart: it refreshes as ever.
  expect((await watcher.subscribe({ event: DIALOG.event, accept: DIALOG.accept })).status).toBe(200);
  await watcher.notified();
  const [up] = await strowger.calls();
  await strowger.api("DELETE", `/v1/calls/${up?.id}`);
  last = await watcher.notified();
  while (!last.body.includes("terminated")) last = await watcher.notified();
  await killSwitch(strowger);
  expect((await watcher.subscribe({ event: "dialog", accept: DIALOG.accept, expires: 0 })).status).toBe(200);
});

function versionOf(body: string): number {
  return Number(wellFormed(body).attributes.get("version"));
}
