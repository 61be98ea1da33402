import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SmtpConfig } from "../../../runtime/media/voicemail/mail/smtp.ts";
import type { Store } from "../../../runtime/port/store.ts";
import { freePort } from "../../helpers/free-port.ts";
import { until } from "../../helpers/until.ts";
import { wavBytes } from "../../helpers/wav.ts";
import { headersOf, MailServer, partsOf } from "./mail-server.ts";
import { BOB, createWorld, DOMAIN, type World } from "./world.ts";

const DAY_MS = 86_400_000;
let world: World;
let server: MailServer;
let smtp: SmtpConfig;

beforeEach(async () => {
  server = new MailServer();
  const port = await freePort();
  smtp = { host: "127.0.0.1", port, tls: "never", user: null, password: null, from: "pbx@example.com" };
});
afterEach(async () => {
  await world.remove();
  await server.close();
});

async function open(): Promise<void> {
  world = await createWorld({ config: { smtp } });
  await world.boxes.configure(DOMAIN, "alice", { email: "alice@example.com" });
}

const waiting = async (): Promise<number> => (await world.store.mails.due(Number.MAX_SAFE_INTEGER, 100)).length;
const errors = () => world.log.filter(({ level }) => level === "error");

/** Lets time pass until something is so. */
async function passTime(stepMs: number, what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  await until(what, async () => {
    if (await isSo()) return true;
    world.clock.advance(stepMs);
    return false;
  });
}

describe("a mail", () => {
  it("tells who spoke, when and how long, with the recording attached", async () => {
    await server.listen(smtp.port);
    await open();
    const { id } = await world.leave("alice", 42);
    await until("the mail", () => server.mails.length === 1);
    await until("an empty queue", async () => (await waiting()) === 0);
    const [mail] = server.mails;
    expect(mail).toMatchObject({ from: "pbx@example.com", to: ["alice@example.com"] });
    const headers = headersOf(mail?.raw ?? "");
    expect(headers.get("from")).toBe("Voicemail <pbx@example.com>");
    expect(headers.get("to")).toBe("alice@example.com");
    expect(headers.get("message-id")).toBe(`<${id}@example.com>`);
    expect(headers.get("auto-submitted")).toBe("auto-generated");
    const parts = partsOf(mail?.raw ?? "");
    const text = parts.get("text/plain")?.toString() ?? "";
    expect(text).toContain("Bob Öz (bob@example.com) has left a voicemail message for alice.");
    expect(text).toContain("Length: 0:42");
    expect(text).not.toContain("What was said");
    expect(parts.get("audio/wav")?.equals(wavBytes(42))).toBe(true);
  });

  it("is not sent where a box has no address", async () => {
    await server.listen(smtp.port);
    await open();
    await world.leave("bob");
    expect(await waiting()).toBe(0);
  });

  it("waits for a server that is down, also over a restart, and is sent once", async () => {
    await open();
    const { id } = await world.leave();
    await until("a first attempt", () => world.log.some(({ text }) => text.includes("cannot be mailed now")));
    await world.close();
    await world.open();
    await server.listen(smtp.port);
    await passTime(60_000, "the mail", () => server.mails.length > 0);
    await until("an empty queue", async () => (await waiting()) === 0);
    world.clock.advance(DAY_MS);
    await world.close();
    await world.open();
    expect(server.mails.map(({ raw }) => headersOf(raw).get("message-id"))).toEqual([`<${id}@example.com>`]);
  });

  it.each([
    ["a recipient", { at: "recipient", code: 450 }],
    ["a mail", { at: "data", code: 451 }],
  ] as const)("is tried again where the server does not want %s now", async (_, refusal) => {
    await server.listen(smtp.port);
    server.refusal = refusal;
    await open();
    await world.leave();
    await until("a first attempt", () => world.log.some(({ text }) => text.includes("cannot be mailed now")));
    expect(server.mails).toEqual([]);
    server.refusal = null;
    await passTime(30_000, "the mail", () => server.mails.length === 1);
  });

  it("is given up after three days, told in the log; the message stays", async () => {
    await server.listen(smtp.port);
    server.refusal = { at: "recipient", code: 450 };
    await open();
    const { id } = await world.leave();
    const end = world.clock.now() + 3 * DAY_MS;
    await until(
      "the end of it",
      async () => {
        const before = server.attempts;
        if (errors().length > 0) return true;
        world.clock.advance(3 * 3_600_000);
        // Gives the attempt that may have begun the time it takes.
        await until("an attempt", () => server.attempts > before, 60).catch(() => undefined);
        return false;
      },
      25_000,
    );
    expect(world.clock.now()).toBeGreaterThanOrEqual(end);
    expect(server.attempts).toBeLessThan(30);
    expect(errors()).toMatchObject([{ text: expect.stringContaining("tried for three days. It is in its mailbox") }]);
    expect(await waiting()).toBe(0);
    expect(await world.ids()).toEqual([id]);
  });

  it.each([
    ["a recipient", { at: "recipient", code: 550 }],
    ["a mail", { at: "data", code: 554 }],
  ] as const)("is given up at once where the server refuses %s for good", async (_, refusal) => {
    await server.listen(smtp.port);
    server.refusal = refusal;
    await open();
    await world.leave();
    await until("the end of it", () => errors().length > 0);
    expect(errors()).toMatchObject([{ text: expect.stringContaining("the mail server refuses it") }]);
    await until("an empty queue", async () => (await waiting()) === 0);
    expect(server.attempts).toBe(1);
    server.refusal = null;
    await world.boxes.configure(DOMAIN, "alice", { email: "a@example.com" });
    await world.leave();
    await until("the next mail", () => server.mails.length === 1);
  });

  it("that a server has taken is not sent again while the store cannot note it", async () => {
    await server.listen(smtp.port);
    world = await createWorld({ config: { smtp } });
    await world.boxes.configure(DOMAIN, "alice", { email: "alice@example.com" });
    await world.close();
    let isAway = true;
    await world.open((store: Store) => ({
      ...store,
      mails: {
        ...store.mails,
        remove: (message) => (isAway ? Promise.reject(new Error("away")) : store.mails.remove(message)),
      },
    }));
    await world.leave();
    await until("trouble", () => world.log.some(({ text }) => text.includes("cannot be read or changed")));
    world.clock.advance(3_600_000);
    isAway = false;
    await passTime(60_000, "an empty queue", async () => (await waiting()) === 0);
    expect(server.mails).toHaveLength(1);
  });

  it("goes with its message where that is erased", async () => {
    await open();
    const { id } = await world.leave();
    await until("a first attempt", () => world.log.some(({ text }) => text.includes("cannot be mailed now")));
    await world.boxes.erase(DOMAIN, "alice", id);
    expect(await waiting()).toBe(0);
    await server.listen(smtp.port);
    world.clock.advance(DAY_MS);
    await world.leave();
    await passTime(60_000, "the next mail", () => server.mails.length === 1);
    expect(server.mails[0]?.raw).not.toContain(id);
  });

  it("lets no caller write a header field, a second recipient or a part of its own", async () => {
    await server.listen(smtp.port);
    await open();
    await world.leave("alice", 2, {
      ...BOB,
      from: "sip:x\r\nBcc: victim@example.net\r\n@evil",
      fromName: 'Eve" <eve@evil>, victim@example.net\r\nBcc: victim@example.net\r\n\r\n--x\r\n\u202egnp.exe',
    });
    await until("the mail", () => server.mails.length === 1);
    const [mail] = server.mails;
    expect(mail?.to).toEqual(["alice@example.com"]);
    const headers = headersOf(mail?.raw ?? "");
    expect([...headers.keys()].sort()).toEqual(
      ["auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"].sort(),
    );
    expect(headers.get("to")).toBe("alice@example.com");
    expect([...partsOf(mail?.raw ?? "").keys()]).toEqual(["text/plain", "audio/wav"]);
  });
});
