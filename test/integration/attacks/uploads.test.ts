import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { inviteScript, script } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";

/** How long the API may take for something small while a bomb is looked at, on a machine that does other things. */
const ANSWER_WITHIN_MS = 2_000;
const TYPESCRIPT = { "content-type": "text/typescript" };
const JSON_BODY = { "content-type": "application/json" };
const HANDLER = "export default { invite() {} };";

const strowger = await startSwitch({
  routes: [{ name: "all", script: "main", public: true, fallback: [{ type: "reject", code: 480 }] }],
});
beforeAll(() => strowger.deploy("main", inviteScript("reject(486)")));
afterAll(() => strowger.stop());

interface Bomb {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly headers: Record<string, string>;
}

function text(body: string): Bomb {
  return { body, headers: TYPESCRIPT };
}

function files(all: Readonly<Record<string, string>>, entry = "main.ts"): Bomb {
  return { body: JSON.stringify({ entry, files: all }), headers: JSON_BODY };
}

async function upload({ body, headers }: Bomb): Promise<{ status: number; body: unknown }> {
  const authorization = `Bearer ${strowger.token}`;
  const answer = await fetch(`${strowger.url}/v1/scripts/bomb`, {
    method: "PUT",
    headers: { authorization, ...headers },
    body,
  });
  return { status: answer.status, body: await answer.json() };
}

/** Uploads a bomb, asks the API for something small until it is answered, then uploads something good. */
async function refusal(bomb: Bomb): Promise<{ status: number; body: unknown }> {
  let isAnswered = false;
  const answer = upload(bomb).finally(() => {
    isAnswered = true;
  });
  let longestMs = 0;
  while (!isAnswered) {
    const startedAt = performance.now();
    expect((await strowger.api("GET", "/v1/scripts/main")).status).toBe(200);
    longestMs = Math.max(longestMs, performance.now() - startedAt);
  }
  expect(longestMs).toBeLessThan(ANSWER_WITHIN_MS);
  const refused = await answer;
  expect((await strowger.api("GET", "/v1/scripts/bomb")).status).toBe(404);
  await strowger.deploy("main", inviteScript("reject(486)"));
  return refused;
}

describe("an upload that means harm is refused, holds nobody up, and the next one is taken:", () => {
  it.each<[string, Bomb, number]>([
    ["200,000 brackets", text("[".repeat(200_000)), 422],
    ["parameters of arrows within parameters", text(`${"(a=".repeat(600)}1${")=>1".repeat(600)};${HANDLER}`), 422],
    ["one line of five megabytes", text(`"${"y".repeat(5e6)}";`), 413],
    ["ten thousand files", files(Object.fromEntries(Array.from({ length: 10_000 }, (_, k) => [`f${k}.ts`, ""]))), 400],
    ["half a character", files({ "main.ts": `"\ud800";${HANDLER}` }), 422],
    ["bytes that are no UTF-8", { body: new Uint8Array([0x22, 0xff, 0xfe, 0x22]), headers: TYPESCRIPT }, 400],
    [
      "a packed gigabyte",
      { body: new Uint8Array(gzipSync(Buffer.alloc(1e8))), headers: { ...TYPESCRIPT, "content-encoding": "gzip" } },
      415,
    ],
    [
      "a type that takes for ever to work out",
      text(
        `type R<T, N extends 0[] = []> = N["length"] extends 990 ? T : R<T | [T, N["length"]], [...N, 0]>; const x: R<1> = 2; ${HANDLER}`,
      ),
      201,
    ],
    ["a file above the upload", files({ "main.ts": HANDLER, "../../etc/evil.ts": "" }), 422],
    ["an absolute file", files({ "main.ts": HANDLER, "/etc/evil.ts": "" }), 422],
    ["a name with a NUL", files({ "main.ts": HANDLER, "a\0.ts": "" }), 422],
    ["names that differ by case", files({ "main.ts": HANDLER, "a.ts": "", "A.ts": "" }), 422],
    ["an import of a file of the system", text(`import "/etc/passwd"; ${HANDLER}`), 422],
    ["an import from above", text(`import "../../../../etc/passwd"; ${HANDLER}`), 422],
    ["an import of data", text(`import "data:text/javascript,1"; ${HANDLER}`), 422],
    ["a loop at the top level", text(`for (;;); ${HANDLER}`), 422],
    ["an abort at the top level", text(`'y'.repeat(4e8).split(''); ${HANDLER}`), 422],
  ])("%s", async (_, bomb, status) => {
    if (status !== 201) {
      expect(await refusal(bomb)).toMatchObject({ status });
      return;
    }
    // Wrong types are a warning: whoever asks to be told of them waits for five seconds at most.
    expect((await upload(bomb)).status).toBe(status);
    expect((await strowger.api("DELETE", "/v1/scripts/bomb")).status).toBe(204);
    await strowger.deploy("main", inviteScript("reject(486)"));
  });

  it("and a map of sources that it names is not read", async () => {
    const source = `${HANDLER}\n//# sourceMappingURL=file:///etc/passwd`;
    expect((await upload(text(source))).status).toBe(201);
    const stored = await strowger.api("GET", "/v1/scripts/bomb/versions/latest/files/bomb.ts");
    expect([stored.status, stored.body]).toEqual([200, source]);
    expect((await strowger.api("DELETE", "/v1/scripts/bomb")).status).toBe(204);
  });
});

describe("an upload that is harmless until a certain moment", () => {
  it("passes, and is quarantined as soon as it shows: calls get their fallback, other versions do not suffer", async () => {
    const good = await strowger.deploy("main", inviteScript("reject(486)"));
    await strowger.deploy(
      "main",
      script(`  invite: (call) => { while (call.headers.get("X-Now") !== undefined) {} return reject(486); },`),
    );
    const caller = await rawPhone(strowger, "caller");
    await expectRefusal(caller, invite(caller, "700"), 486);
    const tail = await strowger.tail("main");
    // A timeout for want of CPU is no strike: a busy machine may need more of them.
    for (let tries = 0; tries < 20 && !tail.entries.some(isQuarantined); tries++) {
      await expectRefusal(caller, invite(caller, "700", { fields: [["X-Now", "1"]] }), 480);
    }
    await tail.entry("the quarantine", isQuarantined);
    await expectRefusal(caller, invite(caller, "700"), 480);
    const back = await strowger.api(
      "PUT",
      "/v1/scripts/main/deployment",
      { versions: [{ version: good, percent: 100 }] },
      { "if-match": "*" },
    );
    expect(back.status).toBe(200);
    await expectRefusal(caller, invite(caller, "700"), 486);
  });
});

function isQuarantined({ fault }: { readonly fault?: { readonly reason: string } }): boolean {
  return fault?.reason === "quarantined";
}
