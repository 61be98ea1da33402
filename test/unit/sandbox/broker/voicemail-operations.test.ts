import { beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "../../../../runtime/base/log.ts";
import type { OperationContext, OperationResult } from "../../../../runtime/port/sandbox.ts";
import { createBroker } from "../../../../runtime/sandbox/broker/broker.ts";
import { voicemailOperations } from "../../../../runtime/sandbox/broker/voicemail-operations.ts";
import { DOMAIN, MemoryMailboxes } from "./memory-mailboxes.ts";

let mailboxes: MemoryMailboxes;

beforeEach(() => {
  mailboxes = new MemoryMailboxes();
});

/** What a script of this domain gets for `voicemail.<name>`. */
function ask(name: string, args: unknown, domain = DOMAIN): Promise<OperationResult> {
  const recordings = {
    file: ({ callId }: OperationContext, id: string) =>
      id === "rec-1" && callId === "call-1" ? "/data/rec-1.wav" : undefined,
  };
  const findOwner = (_: string, name: string) =>
    new Map([
      ["100", "alice"],
      ["101", "bob"],
    ]).get(name) ?? name;
  const broker = createBroker({ voicemail: voicemailOperations(mailboxes, recordings, findOwner) }, silentLog);
  const { signal } = new AbortController();
  const context = { ref: { script: "menu", version: 1 }, callId: "call-1", domain, signal };
  return new Promise((done) => broker.run(context, `voicemail.${name}`, args, done));
}

const problem = (code: string, ...words: string[]) => ({
  ok: false,
  problem: { code, message: expect.stringMatching(words.join(".*")) },
});

describe("voicemail, asked by a script", () => {
  it("counts what a mailbox holds", async () => {
    mailboxes.add("alice", { id: "m1" });
    mailboxes.add("alice", { id: "m2", folder: "saved" });
    expect(await ask("counts", { mailbox: "alice" })).toEqual({ ok: true, value: { new: 1, saved: 1 } });
  });

  it("lists messages with a source that can be played, and nothing of where they are kept", async () => {
    mailboxes.add("alice", { id: "m1", transcript: "call me" });
    mailboxes.add("alice", { id: "m2", folder: "saved" });
    expect(await ask("messages", { mailbox: "alice", folder: "new" })).toEqual({
      ok: true,
      value: [
        {
          id: "m1",
          folder: "new",
          receivedAt: "2026-05-06T07:08:09.000Z",
          seconds: 4.5,
          from: "sip:carol@example.net",
          fromName: "Carol",
          transcript: "call me",
          audio: "voicemail:alice/m1",
        },
      ],
    });
    expect(await ask("messages", { mailbox: "alice" })).toMatchObject({ value: [{ id: "m1" }, { id: "m2" }] });
    expect(await ask("messages", { mailbox: "alice", limit: 1 })).toMatchObject({ value: [{ id: "m1" }] });
  });

  it("tells of one message by its id", async () => {
    mailboxes.add("alice", { id: "m1" });
    expect(await ask("message", { mailbox: "alice", id: "m1" })).toMatchObject({
      ok: true,
      value: { id: "m1", audio: "voicemail:alice/m1" },
    });
    expect(await ask("message", { mailbox: "bob", id: "m1" })).toEqual(problem("not-found", "no message", "m1"));
  });

  it("takes the extension of a user for the mailbox, and says whose it is", async () => {
    mailboxes.add("alice", { id: "m1" });
    expect(await ask("settings", { mailbox: "100" })).toMatchObject({ value: { mailbox: "alice" } });
    expect(await ask("counts", { mailbox: "100" })).toMatchObject({ value: { new: 1 } });
    expect(await ask("messages", { mailbox: "100" })).toMatchObject({ value: [{ audio: "voicemail:alice/m1" }] });
    expect(await ask("copy", { mailbox: "100", id: "m1", toMailbox: "101" })).toMatchObject({
      value: { audio: "voicemail:bob/m1-copy" },
    });
    expect(await ask("settings", { mailbox: "102" })).toEqual(problem("not-found", "no mailbox", "102"));
  });

  it("moves, copies and erases a message, and says where there is none", async () => {
    mailboxes.add("alice", { id: "m1" });
    expect(await ask("move", { mailbox: "alice", id: "m1", folder: "saved" })).toMatchObject({
      ok: true,
      value: { id: "m1", folder: "saved" },
    });
    expect(await ask("copy", { mailbox: "alice", id: "m1", toMailbox: "bob" })).toMatchObject({
      value: { id: "m1-copy", audio: "voicemail:bob/m1-copy" },
    });
    expect(await ask("erase", { mailbox: "alice", id: "m1" })).toEqual({ ok: true, value: undefined });
    expect(mailboxes.boxes.get("alice")).toEqual([]);
    const gone = problem("not-found", "no message", "m1");
    expect(await ask("move", { mailbox: "alice", id: "m1", folder: "new" })).toEqual(gone);
    expect(await ask("erase", { mailbox: "alice", id: "m1" })).toEqual(gone);
    expect(await ask("copy", { mailbox: "alice", id: "m1", toMailbox: "bob" })).toEqual(gone);
  });

  it("says where a mailbox has no room", async () => {
    mailboxes.add("alice", { id: "m1", folder: "deleted" });
    for (const id of ["b1", "b2"]) mailboxes.add("bob", { id });
    const full = problem("full", "full");
    expect(await ask("copy", { mailbox: "alice", id: "m1", toMailbox: "bob" })).toEqual(full);
    mailboxes.add("bob", { id: "b3", folder: "deleted" });
    expect(await ask("move", { mailbox: "bob", id: "b3", folder: "new" })).toEqual(full);
  });

  it("checks and sets a PIN, unless the configuration declares it", async () => {
    expect(await ask("setPin", { mailbox: "alice", pin: "2468" })).toEqual({ ok: true, value: undefined });
    expect(await ask("checkPin", { mailbox: "alice", pin: "2468" })).toEqual({ ok: true, value: "right" });
    expect(await ask("checkPin", { mailbox: "alice", pin: "" })).toEqual({ ok: true, value: "wrong" });
    expect(await ask("settings", { mailbox: "alice" })).toMatchObject({ value: { hasPin: true } });
    expect(await ask("setPin", { mailbox: "alice", pin: null })).toMatchObject({ ok: true });
    expect(await ask("settings", { mailbox: "alice" })).toMatchObject({ value: { hasPin: false } });
    expect(await ask("setPin", { mailbox: "bob", pin: "2468" })).toEqual(problem("managed-by-config", "strowger.yaml"));
  });

  it("tells the settings, but not to whom mails are sent", async () => {
    expect(await ask("settings", { mailbox: "alice" })).toEqual({
      ok: true,
      value: {
        mailbox: "alice",
        hasPin: false,
        greetings: ["busy"],
        maxMessages: 2,
        maxSeconds: 180,
        retentionDays: null,
      },
    });
  });

  it("makes a recording of this call a greeting, or removes the greeting", async () => {
    const greeting = (recordingId: string | null) =>
      ask("setGreeting", { mailbox: "alice", kind: "busy", recordingId });
    expect(await greeting("rec-1")).toEqual({ ok: true, value: undefined });
    expect(await greeting(null)).toEqual({ ok: true, value: undefined });
    expect(mailboxes.greetings).toEqual([
      ["busy", "/data/rec-1.wav"],
      ["busy", null],
    ]);
    expect(await greeting("/etc/passwd")).toEqual(problem("not-found", "no recording"));
  });

  it.each([
    ["counts", {}],
    ["messages", {}],
    ["message", { id: "m1" }],
    ["move", { id: "m1", folder: "new" }],
    ["erase", { id: "m1" }],
    ["copy", { id: "m1", toMailbox: "alice" }],
    ["checkPin", { pin: "1" }],
    ["setPin", { pin: "1234" }],
    ["settings", {}],
    ["setGreeting", { kind: "busy", recordingId: null }],
  ])("knows the mailboxes of its own domain alone: %s", async (name, args) => {
    mailboxes.add("alice", { id: "m1" });
    const unknown = problem("not-found", "no mailbox");
    expect(await ask(name, { mailbox: "nobody", ...args })).toEqual(unknown);
    expect(await ask(name, { mailbox: "alice", ...args }, "other.example")).toEqual(unknown);
    expect(await ask(name, { mailbox: "alice", ...args }, "")).toEqual(unknown);
  });

  it("copies into no mailbox that is not there", async () => {
    mailboxes.add("alice", { id: "m1" });
    expect(await ask("copy", { mailbox: "alice", id: "m1", toMailbox: "nobody" })).toEqual(
      problem("not-found", "nobody"),
    );
  });

  it.each([
    ["counts", null, ["expected an object"]],
    ["counts", [], ["expected an object"]],
    ["counts", {}, ["mailbox: expected text"]],
    ["counts", { mailbox: 100 }, ["mailbox: expected text", "write it in quotes"]],
    ["counts", { mailbox: "alice", domain: "other.example" }, ['unknown field "domain"']],
    ["messages", { mailbox: "alice", folder: "old" }, ['folder: expected "new" or "saved" or "deleted"']],
    ["messages", { mailbox: "alice", limit: 1000 }, ["limit: expected at most 100"]],
    ["move", { mailbox: "alice", id: "x", folder: "trash" }, ["folder"]],
    ["setPin", { mailbox: "alice", pin: "12" }, ["pin: a PIN has 4 to 10 digits"]],
    ["setGreeting", { mailbox: "alice", kind: "loud", recordingId: null }, ["kind"]],
    ["erase", { mailbox: "x".repeat(1000), id: "" }, ["mailbox: .*128", "id"]],
  ])("says what is wrong with the arguments of %s: %j", async (name, args, words) => {
    expect(await ask(name, args)).toEqual(problem("invalid-arguments", `voicemail.${name}`, ...words));
  });
});
