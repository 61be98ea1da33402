import { voicemail } from "strowger";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DeployError } from "../../../runtime/base/errors.ts";
import { silentLog } from "../../../runtime/base/log.ts";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import { Builder } from "../../../runtime/deploy/builder.ts";
import { findWalls } from "../../../runtime/deploy/walls.ts";
import { createBroker } from "../../../runtime/sandbox/broker/broker.ts";
import { voicemailOperations } from "../../../runtime/sandbox/broker/voicemail-operations.ts";
import { DOMAIN, MemoryMailboxes } from "../../unit/sandbox/broker/memory-mailboxes.ts";
import { ScriptRunner } from "./script-runner.ts";

const mailboxes = new MemoryMailboxes();
const recordings = { file: (_context: unknown, id: string) => (id === "rec-1" ? "/data/rec-1.wav" : undefined) };
const broker = createBroker({ voicemail: voicemailOperations(mailboxes, recordings) }, silentLog);
const runner = new ScriptRunner({ eventMs: 1000 }, 1, broker);

/** A menu for retrieval, as somebody would write it. */
const MENU = `
import { OperationError, voicemail } from "strowger";

export default {
  async invite(call, event) {
    if ((await voicemail.checkPin("alice", event.pin)) !== "right") return { type: "reject", code: 403 };
    const counts = await voicemail.counts("alice");
    const [first] = await voicemail.messages("alice", { folder: "new", limit: 1 });
    const moved = await voicemail.move("alice", first.id, "saved");
    const copy = await voicemail.copy("alice", first.id, "bob");
    await voicemail.erase("alice", first.id);
    await voicemail.setGreeting("alice", "busy", "rec-1");
    await voicemail.setPin("alice", "1357");
    const settings = await voicemail.settings("alice");
    let gone = null;
    try {
      await voicemail.move("alice", first.id, "new");
    } catch (error) {
      if (error instanceof OperationError) gone = error.code;
    }
    return { counts, play: first.audio, folder: moved.folder, copy: copy.audio, greetings: settings.greetings, gone };
  },
  bye: () => voicemail.counts("nobody"),
};`;

beforeAll(() => runner.sandbox.start());
afterAll(() => runner.sandbox.stop());

describe("voicemail in a script", () => {
  it("does all that a menu for retrieval needs", async () => {
    mailboxes.add("alice", { id: "m1", fromName: "Çelik" });
    mailboxes.pins.set("alice", "2468");
    const ref = runner.load("menu", MENU);
    expect(await runner.value(ref, { domain: DOMAIN, event: { pin: "1111" } })).toMatchObject({ code: 403 });
    expect(await runner.value(ref, { domain: DOMAIN, event: { pin: "2468" } })).toEqual({
      counts: { new: 1, saved: 0 },
      play: "voicemail:alice/m1",
      folder: "saved",
      copy: "voicemail:bob/m1-copy",
      greetings: ["busy"],
      gone: "not-found",
    });
    expect(mailboxes.boxes.get("alice")).toEqual([]);
    expect(mailboxes.boxes.get("bob")).toMatchObject([{ id: "m1-copy", fromName: "Çelik" }]);
    expect(mailboxes.greetings).toEqual([["busy", "/data/rec-1.wav"]]);
    expect(mailboxes.pins.get("alice")).toBe("1357");
  });

  it("faults where an error is left alone, at the line of the script that asked", async () => {
    const ref = runner.load("alone", MENU);
    expect(await runner.fault(ref, { domain: DOMAIN, handler: "bye" })).toEqual({
      reason: "threw",
      message: 'OperationError: voicemail.counts: there is no mailbox "nobody"',
      file: "main.ts",
      line: 23,
      column: 24,
      stack: expect.stringContaining("main.ts:23:24"),
    });
  });

  it("reaches no mailbox of another domain, nor any where the switch names no domain", async () => {
    const ref = runner.load("elsewhere", MENU);
    for (const options of [{ domain: "other.example" }, {}]) {
      const fault = await runner.fault(ref, { ...options, event: { pin: "1357" } });
      expect(fault.message).toBe('OperationError: voicemail.checkPin: there is no mailbox "alice"');
    }
  });

  it("is not there in a test that runs the script without a switch, and says so", async () => {
    await expect(voicemail.counts("alice")).rejects.toMatchObject({
      name: "OperationError",
      code: "not-in-handler",
      message: '"voicemail.counts" works only inside a handler that a switch runs',
    });
  });
});

describe("voicemail as a decision", () => {
  it("is plain data, within the sandbox and without", async () => {
    const taken = { type: "voicemail", mailbox: "alice", greeting: "busy" };
    expect(voicemail("alice", { greeting: "busy" })).toEqual(taken);
    const decides =
      'import { voicemail } from "strowger"; export default { invite: () => voicemail("alice", { greeting: "busy" }) };';
    expect(await runner.value(runner.load("decides", decides))).toEqual(taken);
  });

  it("cannot be changed", async () => {
    expect(Object.isFrozen(voicemail)).toBe(true);
  });
});

describe("an upload", () => {
  const check = async (source: string) =>
    new Builder(new TimerWheel(), await findWalls(silentLog)).check({ entry: "main.ts", files: { "main.ts": source } });

  it("may use voicemail in its handlers", async () => {
    const { handlers } = await check(MENU);
    expect(handlers).toEqual(["invite", "bye"]);
  });

  it("is refused where it asks the switch for something while it is loaded, at that place", async () => {
    const source =
      'import { voicemail } from "strowger";\n\nvoid voicemail.counts("alice");\nexport default { bye() {} };\n';
    const error = await check(source).then(
      () => expect.unreachable("the upload was not refused"),
      (reason: unknown) => reason,
    );
    if (!(error instanceof DeployError)) throw error;
    expect(error.diagnostics).toEqual([
      {
        file: "main.ts",
        line: 3,
        column: 16,
        code: "load-error",
        severity: "error",
        message: expect.stringContaining(
          '"voicemail.counts" works only inside a handler, not while the script is loaded',
        ),
      },
    ]);
  });
});
