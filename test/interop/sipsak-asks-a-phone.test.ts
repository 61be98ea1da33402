import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { Child } from "../helpers/child.ts";
import { registeredPhone } from "../helpers/phones.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { shows } from "../helpers/shows.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";

const TO = "sip:alice@example.test";

/** sipsak sends a request as bob and answers the challenge. */
function sipsak(strowger: RunningSwitch, method: string, body = ""): Child {
  const folder = mkdtempSync(join(tmpdir(), "sipsak-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "request.sip");
  const head = [
    `${method} ${TO} SIP/2.0`,
    "From: <sip:bob@example.test>;tag=sak",
    `To: <${TO}>`,
    `Call-ID: sak-${method}`,
    `CSeq: 1 ${method}`,
    "Max-Forwards: 70",
    ...(body === "" ? [] : ["Content-Type: text/plain"]),
    `Content-Length: ${body.length}`,
  ];
  writeFileSync(file, `${head.join("\n")}\n\n${body}`);
  const who = ["-u", "bob", "-a", "pw-bob"];
  return new Child("sipsak", ["-vv", "-f", file, ...who, "-p", `127.0.0.1:${strowger.sipPort}`, "-s", TO]);
}

describe.skipIf(!hasPrograms("sipsak"))("sipsak, as bob, through the switch", () => {
  let started: RunningSwitch | undefined;
  afterAll(() => started?.stop());

  it("is told by alice's phone what it can do (OPTIONS)", shows({ sipsak: ["OPTIONS"] }), async () => {
    started ??= await startSwitch({ digest: ["MD5"] });
    const alice = await registeredPhone(started, "alice");
    const asking = sipsak(started, "OPTIONS");
    alice.answer(await alice.expect("OPTIONS"), 200, { toTag: "o", fields: [["Allow", "INVITE, CONJURE"]] });
    const { code } = await asking.exited;
    expect({ code, output: asking.output }).toMatchObject({ code: 0, output: expect.stringContaining("CONJURE") });
  });

  it("sends alice a MESSAGE (IM-01)", shows({ sipsak: ["message"] }), async () => {
    started ??= await startSwitch({ digest: ["MD5"] });
    const alice = await registeredPhone(started, "alice");
    const sending = sipsak(started, "MESSAGE", "hello from sipsak");
    const got = await alice.expect("MESSAGE");
    expect(got.body).toBe("hello from sipsak");
    alice.answer(got, 200, { toTag: "m" });
    const { code } = await sending.exited;
    expect({ code, output: sending.output }).toMatchObject({ code: 0 });
  });
});
