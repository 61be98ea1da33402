import { afterAll, describe, expect, it } from "vitest";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { inviteAs } from "../../helpers/raw-account.ts";
import { requestAs } from "../../helpers/raw-request.ts";
import { sdp } from "../../helpers/sdp.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { wellFormed } from "../../helpers/well-formed.ts";
import { RawSubscriber } from "./raw-subscriber.ts";

const DIALOG = { event: "dialog", accept: "application/dialog-info+xml" };
const PRESENCE = { event: "presence", accept: "application/pidf+xml" };
const users = Object.fromEntries(
  ["alice", "bob", "carol", "dave", "erin"].map((name) => [name, { password: `pw-${name}` }]),
);
const strowger = await startSwitch({ users });
await strowger.deploy(
  "main",
  'import { forward } from "strowger";\nexport default { invite: (call) => forward(call.to.user) };\n',
);
afterAll(() => strowger.stop());

/** What each dialog of a document does. */
function states(body: string): string[] {
  return wellFormed(body).children.map(
    ({ attributes, children }) =>
      `${attributes.get("direction")} ${children.find(({ name }) => name === "state")?.text}`,
  );
}

describe("A phone that watches another over real sockets", () => {
  it.each([
    ["udp", "bob"],
    ["tcp", "dave"],
  ] as const)("sees over %s its calls begin, ring and end (RFC 4235)", async (transport, called) => {
    const bob = await registeredPhone(strowger, called);
    const watcher = new RawSubscriber(await rawPhone(strowger, "carol", { transport }));
    expect((await watcher.subscribe({ ...DIALOG, uri: `sip:${called}@example.test` })).status).toBe(200);
    expect(states((await watcher.notified()).body)).toEqual([]);
    const alice = await rawPhone(strowger, "alice");
    await inviteAs(alice, { user: "alice", password: "pw-alice" }, called);
    const invite = await bob.expect("INVITE");
    bob.answer(invite, 180, { toTag: "ring", fields: [["Contact", bob.contact]] });
    const seen: string[][] = [];
    while (seen.at(-1)?.[0] !== "recipient early") seen.push(states((await watcher.notified()).body));
    bob.answer(invite, 486, { toTag: "ring" });
    while (seen.at(-1)?.[0] !== "recipient terminated") seen.push(states((await watcher.notified()).body));
    expect((await watcher.subscribe({ ...DIALOG, expires: 0 })).status).toBe(200);
    expect((await watcher.notified()).header("Subscription-State")).toBe("terminated;reason=timeout");
  });

  it("takes a call that rings there, by what its lamp says of the dialog (RFC 3891)", async () => {
    const bob = await registeredPhone(strowger, "erin");
    const carol = await rawPhone(strowger, "carol");
    const watcher = new RawSubscriber(carol);
    await watcher.subscribe({ ...DIALOG, uri: "sip:erin@example.test" });
    await watcher.notified();
    const alice = await rawPhone(strowger, "alice");
    await inviteAs(alice, { user: "alice", password: "pw-alice" }, "erin", { body: sdp(alice.port) });
    const invite = await bob.expect("INVITE");
    bob.answer(invite, 180, { toTag: "ring", fields: [["Contact", bob.contact]] });
    let dialog = wellFormed((await watcher.notified()).body).children[0];
    while (dialog?.attributes.get("local-tag") !== "ring") {
      dialog = wellFormed((await watcher.notified()).body).children[0];
    }
    const { attributes } = dialog;
    const [callId, local, remote] = ["call-id", "local-tag", "remote-tag"].map((name) => attributes.get(name));
    const target = dialog.children
      .find(({ name }) => name === "remote")
      ?.children.find(({ name }) => name === "target")
      ?.attributes.get("uri");
    await inviteAs(carol, { user: "carol", password: "pw-carol" }, "erin", {
      uri: target ?? "",
      body: sdp(carol.port),
      fields: [["Replaces", `${callId};to-tag=${remote};from-tag=${local};early-only`]],
    });
    expect((await carol.expect("200 INVITE")).body).toContain("m=audio");
    expect((await alice.expect("200 INVITE")).body).toContain("m=audio");
    expect((await bob.expect("CANCEL")).header("Reason")).toContain("Call completed elsewhere");
  });

  it("sees what it publishes (RFC 3903, RFC 3856)", async () => {
    const alice = await rawPhone(strowger, "alice");
    const watcher = new RawSubscriber(await rawPhone(strowger, "carol"));
    await watcher.subscribe({ ...PRESENCE, uri: "sip:alice@example.test" });
    expect((await watcher.notified()).body).toContain("<basic>closed</basic>");
    const body =
      '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:alice@example.test">' +
      '<tuple id="a"><status><basic>open</basic></status></tuple></presence>';
    const fields = [
      ["Event", "presence"],
      ["Content-Type", "application/pidf+xml"],
    ] as const;
    const published = await requestAs(alice, "PUBLISH", { uri: "sip:alice@example.test", fields, body });
    expect([published.status, published.header("Expires")]).toEqual([200, "3600"]);
    expect((await watcher.notified()).body).toContain("<basic>open</basic>");
    const fetched = [
      ["SIP-If-Match", published.header("SIP-ETag")],
      ["Event", "presence"],
      ["Expires", "0"],
    ] as const;
    expect((await requestAs(alice, "PUBLISH", { uri: "sip:alice@example.test", fields: fetched })).status).toBe(200);
    expect((await watcher.notified()).body).toContain("<basic>closed</basic>");
  });

  it("goes on with its subscription after a restart of the switch; what was published is gone", async () => {
    const alice = await rawPhone(strowger, "alice");
    const phone = await rawPhone(strowger, "carol");
    const watcher = new RawSubscriber(phone);
    await watcher.subscribe({ ...DIALOG, uri: "sip:alice@example.test" });
    await watcher.notified();
    await strowger.restart();
    expect((await watcher.subscribe(DIALOG)).status).toBe(200);
    await watcher.notified();
    const fields = [
      ["SIP-If-Match", "before"],
      ["Event", "presence"],
    ] as const;
    expect((await requestAs(alice, "PUBLISH", { uri: "sip:alice@example.test", fields })).status).toBe(412);
  });
});
