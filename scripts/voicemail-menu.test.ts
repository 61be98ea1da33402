/** The voicemail menu as its callers meet it: a real switch, phones that speak, press keys and listen. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../test/helpers/free-port.ts";
import { register } from "../test/helpers/raw-account.ts";
import { answer } from "../test/helpers/raw-call.ts";
import { RawDialog } from "../test/helpers/raw-dialog.ts";
import { RawPhone } from "../test/helpers/raw-phone.ts";
import { repoRoot } from "../test/helpers/repo-root.ts";
import { script } from "../test/helpers/script-source.ts";
import { type RunningSwitch, startSwitch } from "../test/helpers/switch.ts";
import { TalkingPhone } from "../test/helpers/talking-phone.ts";
import { until } from "../test/helpers/until.ts";

const MENU = "500";
const MEDIA_PORTS = 60;
const NAMES = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy"];
/** Each test has users of its own, since they run at the same time. */
const extensions = new Map(NAMES.map((name, index) => [name, String(100 + index)]));

let strowger: RunningSwitch;

beforeAll(async () => {
  const first = await freePort(MEDIA_PORTS);
  strowger = await startSwitch({
    users: Object.fromEntries(NAMES.map((name) => [name, { password: `pw-${name}`, extension: extensionOf(name) }])),
    media: { ports: `${first}-${first + MEDIA_PORTS - 1}`, workers: 1 },
    routes: [
      { name: "menu", to: MENU, script: "voicemail-menu" },
      { name: "mailboxes", script: "mailboxes" },
    ],
  });
  await strowger.deploy("voicemail-menu", readFileSync(join(repoRoot, "scripts/voicemail-menu.ts"), "utf8"));
  // The extension alone: no greeting.
  const deposit = 'voicemail(call.to.user.slice(-3), { greeting: call.to.user.length > 3 ? "auto" : "none" })';
  await strowger.deploy("mailboxes", script(`  invite: (call) => ${deposit},`));
});

afterAll(() => strowger.stop());

describe.concurrent("The voicemail menu", { timeout: 60_000 }, () => {
  it("lets the owner's phone in without a PIN, says what there is, and saves a message that was heard to its end", async () => {
    await leaveMessage("alice", 700);
    const phone = await TalkingPhone.call(strowger, MENU, "alice");
    await phone.hears("vm-you-have", "number-1", "vm-new-message", "vm-and", "number-0", "vm-saved-messages");
    expect(await inFolder("alice", "new")).toHaveLength(1);
    await phone.press("1");
    await phone.hears("vm-first-message");
    await phone.hearsTone(700);
    await phone.hears("vm-message-menu");
    expect(await inFolder("alice", "saved")).toHaveLength(1);
    await phone.hangUp();
  });

  it("tells when a message came and from which number, deletes it and brings it back", async () => {
    await leaveMessage("bob", 600);
    const phone = await TalkingPhone.call(strowger, MENU, "bob");
    await phone.press("17", "info");
    await phone.hears("vm-received", "today", "at", "vm-from");
    await phone.hears("number-4", "number-9", "number-3", "number-0", "number-1", "number-2", "number-3", "number-4");
    await phone.press("3");
    await phone.hears("vm-deleted", "vm-no-more-messages", "vm-main-menu");
    expect(await inFolder("bob", "deleted")).toHaveLength(1);
    await phone.press("3");
    await phone.hears("vm-first-message");
    await phone.hearsTone(600);
    await phone.hears("vm-message-menu");
    expect(await inFolder("bob", "deleted")).toHaveLength(1);
    await phone.press("3");
    await phone.hears("vm-restored", "vm-no-more-messages");
    expect(await inFolder("bob", "saved")).toHaveLength(1);
    await phone.press("#");
    await phone.hears("vm-goodbye");
    await phone.isHungUp();
  });

  it("lets anybody else in by mailbox number and PIN, and after three wrong ones nobody", async () => {
    await strowger.api("PATCH", "/v1/voicemail/carol", { pin: "2468" });
    const guest = await TalkingPhone.call(strowger, MENU);
    await guest.hears("vm-welcome", "vm-enter-box");
    await guest.press(`${extensionOf("carol")}#`, "info");
    await guest.hears("vm-enter-pin");
    await guest.press("1111#", "info");
    await guest.hears("vm-wrong-pin", "vm-enter-box");
    await guest.press(`${extensionOf("carol")}#`);
    await guest.press("2468#");
    await guest.hears("vm-no-messages", "vm-main-menu");
    await guest.hangUp();

    const stranger = await TalkingPhone.call(strowger, MENU);
    await stranger.press("999#2468#");
    await stranger.hears("vm-wrong-pin", "vm-enter-box");
    await stranger.press("##");
    await stranger.hears("vm-wrong-pin", "vm-enter-box");
    await stranger.press(`${extensionOf("carol")}#1234#`);
    await stranger.hears("vm-wrong-pin", "vm-goodbye");
    await stranger.isHungUp();
  });

  it("locks a mailbox whose PIN is guessed at", async () => {
    await strowger.api("PATCH", "/v1/voicemail/ivan", { pin: "2468" });
    const ivan = extensionOf("ivan");
    const first = await TalkingPhone.call(strowger, MENU);
    await first.press(`${ivan}#1111#${ivan}#2222#${ivan}#3333#`, "info");
    await first.hears("vm-goodbye");
    await first.isHungUp();
    const second = await TalkingPhone.call(strowger, MENU);
    await second.press(`${ivan}#4444#${ivan}#5555#${ivan}#2468#`, "info");
    await second.hears("vm-locked", "vm-goodbye");
    await second.isHungUp();
  });

  it("plays the oldest message first and the saved ones behind the new ones, and goes back and forth", async () => {
    for (const hertz of [500, 640, 780]) await leaveMessage("dave", hertz);
    const phone = await TalkingPhone.call(strowger, MENU, "dave");
    await phone.press("1");
    await phone.hearsTone(500);
    await phone.press("2");
    await phone.hears("vm-kept", "vm-message", "number-2");
    await phone.hearsTone(640);
    expect(await inFolder("dave", "saved")).toHaveLength(1);
    await phone.press("4");
    await phone.hears("vm-first-message");
    await phone.hearsTone(500);
    await phone.press("663");
    await phone.hears("vm-deleted", "vm-you-have", "number-2", "vm-saved-messages", "vm-first-message");
    await phone.hearsTone(500);
    const [, oldest] = await inFolder("dave", "saved");
    await strowger.api("DELETE", `/v1/voicemail/dave/messages/${oldest?.id}?erase=true`);
    await phone.press("1");
    await phone.hears("vm-first-message");
    await phone.hearsTone(640);
    await phone.press("*");
    await phone.hears("vm-main-menu");
    await phone.hangUp();
  });

  it("forwards a message to another mailbox", async () => {
    await leaveMessage("erin", 550);
    const phone = await TalkingPhone.call(strowger, MENU, "erin");
    await phone.press("15");
    await phone.hears("vm-forward-to");
    await phone.press("999#");
    await phone.hears("vm-no-such-box", "vm-message-menu");
    await phone.press("5");
    await phone.press(`${extensionOf("heidi")}#`);
    await phone.hears("vm-forwarded");
    const [copy] = await inFolder("heidi", "new");
    expect(copy).toMatchObject({ from: "sip:+49301234@elsewhere.invalid" });
    await phone.hangUp();
    const heidi = await TalkingPhone.call(strowger, MENU, "heidi");
    await heidi.press("1");
    await heidi.hearsTone(550);
    await heidi.hangUp();
  });

  it("calls back who has left a message, but nobody who is not of this switch", async () => {
    const bob = await RawPhone.udp({ name: "bob", switchPort: strowger.sipPort });
    expect((await register(bob, { user: "bob" })).startLine).toBe("SIP/2.0 200 OK");
    await leaveMessage("frank", 600);
    await leaveMessage("frank", 820, "bob");
    const phone = await TalkingPhone.call(strowger, MENU, "frank");
    await phone.press("1");
    await phone.hearsTone(600);
    await phone.press("8");
    await phone.hears("not-available", "vm-message-menu");
    expect(bob.has("INVITE")).toBe(false);
    await phone.press("6");
    await phone.hearsTone(820);
    await phone.press("8");
    const first = await bob.expect("INVITE");
    bob.answer(first, 486, { reason: "Busy Here", toTag: "busy" });
    await phone.hears("not-available", "vm-message-menu");
    await phone.press("8");
    const second = await bob.expect("INVITE");
    answer(bob, { offered: second, tag: "bob" });
    await bob.expect(/^ACK [\s\S]*;tag=bob/);
    const bobsSide = RawDialog.ofCallee(bob, second, "bob");
    bobsSide.request("BYE");
    await phone.isHungUp();
    bob.close();
  });

  it("records a greeting, which callers hear, and removes it", async () => {
    const phone = await TalkingPhone.call(strowger, MENU, "grace");
    await phone.press("413");
    await phone.hears("vm-no-greeting", "vm-greeting-edit-menu");
    await phone.press("2");
    await phone.hears("vm-record-greeting-after-tone");
    await phone.hearsTone(1000);
    await phone.say(520, 1500);
    await phone.press("#");
    await phone.hears("vm-recording-menu");
    await phone.press("2");
    await phone.hearsTone(520);
    await phone.press("1");
    await phone.hears("vm-greeting-saved", "vm-greeting-menu");
    expect(await greetingsOf("grace")).toEqual(["unavailable"]);
    const caller = await TalkingPhone.call(strowger, `9${extensionOf("grace")}`);
    await caller.hearsTone(520);
    await caller.hangUp();
    await phone.press("11");
    await phone.hearsTone(520);
    await phone.press("3");
    await phone.hears("vm-greeting-removed");
    expect(await greetingsOf("grace")).toEqual([]);
    await phone.hangUp();
  });

  it("changes the PIN when it was entered twice", async () => {
    const phone = await TalkingPhone.call(strowger, MENU, "judy");
    await phone.press("5");
    await phone.hears("vm-new-pin");
    await phone.press("12#", "info");
    await phone.hears("vm-pin-invalid");
    await phone.press("13579#97531#", "info");
    await phone.hears("vm-pin-mismatch", "vm-new-pin");
    await phone.press("13579#13579#", "info");
    await phone.hears("vm-pin-changed", "vm-main-menu");
    await phone.hangUp();
    const guest = await TalkingPhone.call(strowger, MENU);
    await guest.press(`${extensionOf("judy")}#13579#`);
    await guest.hears("vm-no-messages");
    await guest.hangUp();
  });
});

/** Calls the mailbox of a user, says a tone after the beep, and hangs up. */
async function leaveMessage(owner: string, hertz: number, from?: string): Promise<void> {
  const before = (await inFolder(owner, "new")).length;
  const phone = await TalkingPhone.call(strowger, extensionOf(owner), from);
  await phone.hearsTone(1000);
  await phone.say(hertz, 1300);
  await phone.hangUp();
  await until("the message", async () => (await inFolder(owner, "new")).length > before);
}

async function inFolder(user: string, folder: string): Promise<readonly { id: string; from: string }[]> {
  return (await strowger.api("GET", `/v1/voicemail/${user}/messages?folder=${folder}`)).body.items;
}

async function greetingsOf(user: string): Promise<readonly string[]> {
  return (await strowger.api("GET", `/v1/voicemail/${user}`)).body.greetings;
}

function extensionOf(name: string): string {
  return extensions.get(name) ?? "";
}
