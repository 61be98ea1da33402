import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import type { TranscriberConfig } from "../../../runtime/media/voicemail/transcript/transcriber.ts";
import type { VoicemailConfig } from "../../../runtime/media/voicemail/voicemail.ts";
import { freePort } from "../../helpers/free-port.ts";
import { until } from "../../helpers/until.ts";
import { wavBytes } from "../../helpers/wav.ts";
import { MailServer, partsOf } from "./mail-server.ts";
import { createWorld, DOMAIN, type World } from "./world.ts";

let world: World;
let service: Server | null = null;
let mails: MailServer | null = null;

afterEach(async () => {
  await world.remove();
  service?.close();
  await mails?.close();
  service = null;
  mails = null;
});

function program(source: string): TranscriberConfig {
  return { type: "command", command: [process.execPath, "-e", source], timeoutMs: 60_000 };
}

async function open(transcribe: TranscriberConfig, config: Partial<VoicemailConfig> = {}): Promise<void> {
  world = await createWorld({ config: { transcribe, ...config } });
}

async function transcriptOf(id: string): Promise<string | null> {
  return (await world.boxes.message(DOMAIN, "alice", id))?.transcript ?? null;
}

const warnings = () => world.log.filter(({ text }) => text.includes("cannot be written down"));

describe("a message", () => {
  it("is written down by a program that is given its file, and stays so", async () => {
    await open(
      program(`const wav = require("fs").readFileSync(process.argv.at(-1));
        console.log("It has " + wav.length + " bytes.\\n\\x1b[2J Ende");`),
    );
    const { id } = await world.leave();
    await until("the transcript", async () => (await transcriptOf(id)) !== null);
    expect(await transcriptOf(id)).toBe(`It has ${wavBytes(2).length} bytes. [2J Ende`);
    await world.close();
    await world.open();
    expect(await transcriptOf(id)).toMatch(/^It has/);
  });

  it.each([
    ["fails", "process.exit(3)", /exit code 3/],
    ["says nothing", "", /nothing was understood/],
    ["prints without end", 'for (;;) process.stdout.write("x".repeat(65536))', /more than 65536 bytes/],
  ])("stays as it is where the program %s", async (_, source, why) => {
    await open(program(source));
    const { id } = await world.leave();
    await until("a warning", () => warnings().length === 1);
    expect(warnings()[0]?.fields).toMatchObject({ message: id, why: expect.stringMatching(why) });
    expect(await transcriptOf(id)).toBeNull();
    expect(await world.store.voicemail.untranscribed(10)).toEqual([]);
  });

  it("stays as it is where there is no such program, and where it takes too long", async () => {
    await open({ type: "command", command: ["/nowhere/whisper"], timeoutMs: 1_000 });
    await world.leave();
    await until("a warning", () => warnings().length === 1);
    await world.remove();
    await open(program("setInterval(() => {}, 1000)"));
    await world.leave();
    await until("the end of the program", () => {
      world.clock.advance(60_000);
      return warnings().length === 1;
    });
    expect(warnings()[0]?.fields).toMatchObject({ why: expect.stringContaining("took too long") });
  });

  it.each([
    ["plain text", "text/plain", "Hello there."],
    ["JSON", "application/json", '{"text": "Hello there."}'],
  ])("is written down by a service that answers with %s", async (_, type, answer) => {
    let sent = Buffer.alloc(0);
    service = createServer((request, response) => {
      void buffer(request).then((bytes) => {
        sent = bytes;
        response.writeHead(200, { "Content-Type": type }).end(answer);
      });
    });
    await new Promise<void>((resolve) => service?.listen(0, "127.0.0.1", resolve));
    // It listens on a port.
    const { port } = service.address() as AddressInfo;
    await open({ type: "url", url: `http://127.0.0.1:${port}/asr`, timeoutMs: 60_000 });
    const { id } = await world.leave();
    await until("the transcript", async () => (await transcriptOf(id)) === "Hello there.");
    expect(sent.equals(wavBytes(2))).toBe(true);
  });

  it("is written down after a restart where the switch ended meanwhile", async () => {
    await open(program("setInterval(() => {}, 1000)"));
    const { id } = await world.leave();
    await world.close();
    await world.open(undefined, { transcribe: program('console.log("done")') });
    await until("the transcript", async () => (await transcriptOf(id)) === "done");
  });
});

describe("the mail of a message", () => {
  it("waits for what was said, and has it", async () => {
    mails = new MailServer();
    const port = await mails.listen(await freePort());
    const smtp = {
      host: "127.0.0.1",
      port,
      tls: "never",
      user: null,
      password: null,
      from: "pbx@example.com",
    } as const;
    await open(program('setTimeout(() => console.log("Please call back."), 300)'), { smtp });
    await world.boxes.configure(DOMAIN, "alice", { email: "alice@example.com" });
    await world.leave();
    await until("the mail", () => mails?.mails.length === 1);
    expect(
      partsOf(mails.mails[0]?.raw ?? "")
        .get("text/plain")
        ?.toString(),
    ).toContain("Please call back.");
  });

  it("does not wait for ever", async () => {
    mails = new MailServer();
    const port = await mails.listen(await freePort());
    const smtp = {
      host: "127.0.0.1",
      port,
      tls: "never",
      user: null,
      password: null,
      from: "pbx@example.com",
    } as const;
    await open(program("setInterval(() => {}, 1000)"), { smtp });
    await world.boxes.configure(DOMAIN, "alice", { email: "alice@example.com" });
    await world.leave();
    await until("the mail", () => {
      world.clock.advance(60_000);
      return mails?.mails.length === 1;
    });
    expect(
      partsOf(mails.mails[0]?.raw ?? "")
        .get("text/plain")
        ?.toString(),
    ).not.toContain("What was said");
  });
});
