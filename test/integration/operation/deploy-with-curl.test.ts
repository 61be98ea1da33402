import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Child } from "../../helpers/child.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { hasPrograms } from "../../helpers/require-program.ts";
import { inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

interface Uploaded {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what the API answers is what the test is about.
  readonly body: any;
}

/** `curl -T FILE`, as the manual says it. */
async function upload(source: string | Buffer, options: { name?: string; token?: string } = {}): Promise<Uploaded> {
  const { name = "main", token = strowger.token } = options;
  const file = join(strowger.folder, "upload.ts");
  writeFileSync(file, source);
  const url = `${strowger.url}/v1/scripts/${name}`;
  const authorization = ["-H", `Authorization: Bearer ${token}`];
  const curl = new Child("curl", ["-sS", "-T", file, ...authorization, "-w", "\n%{http_code}", url]);
  const exit = await curl.exited;
  if (exit.code !== 0) throw new Error(`curl: exit code ${exit.code}: ${curl.output}`);
  const end = curl.output.lastIndexOf("\n");
  return { status: Number(curl.output.slice(end + 1)), body: JSON.parse(curl.output.slice(0, end)) };
}

describe.skipIf(!hasPrograms("curl"))("Deploying with one line of curl", () => {
  it("makes the next call run the new version", async () => {
    const caller = await rawPhone(strowger, "caller");
    const first = await upload(inviteScript("reject(480)"));
    expect(first).toMatchObject({ status: 201, body: { name: "main", handlers: ["invite"], diagnostics: [] } });
    expect(first.body.sha256).toMatch(/^[0-9a-f]{64}$/);
    await expectRefusal(caller, invite(caller, "700"), 480);

    const second = await upload(inviteScript("reject(486)"));
    await expectRefusal(caller, invite(caller, "700"), 486);
    expect(second.body.version).toBe(first.body.version + 1);
  });

  it("is undone by a rollback", async () => {
    const caller = await rawPhone(strowger, "caller");
    await upload(inviteScript("reject(404)"));
    await upload(inviteScript("reject(603)"));
    const answer = await strowger.api("POST", "/v1/scripts/main/rollback");
    expect(answer.status).toBeLessThan(300);
    await expectRefusal(caller, invite(caller, "700"), 404);
  });

  it.each([
    ["a syntax error", "export default {\n  invite() { return retrun(); ;; }}}\n};\n", 2],
    ["an import of anything but strowger", 'import fs from "node:fs";\nexport default { invite: () => fs };\n', 1],
    ["top-level await", "await Promise.resolve();\nexport default { invite() {} };\n", 1],
    ["no default export", "export const invite = () => {};\n", undefined],
    ["a handler that is no function", 'export default { invite: "forward" };\n', undefined],
    ["a handler for an event that does not exist", "export default { inviet() {} };\n", undefined],
    ["a throw while it loads", "const table = null;\nexport default { invite: table.missing };\n", 2],
    ["TypeScript that cannot be erased", "enum Side { Left }\nexport default { invite() {} };\n", 1],
  ])("is refused for %s, with the place", async (_, source, line) => {
    const { status, body } = await upload(source);
    expect(status).toBe(422);
    expect(body.type).toMatch(/^urn:strowger:problem:/);
    expect(body.errors.length).toBeGreaterThan(0);
    expect(body.errors[0]).toMatchObject({ file: "main.ts", severity: "error", message: expect.any(String) });
    if (line !== undefined) expect(body.errors[0].line).toBe(line);
  });

  it("is refused when a script loops while it loads", async () => {
    const { status, body } = await upload("for (;;);\nexport default { invite() {} };\n");
    expect(status).toBe(422);
    expect(body.type).toBe("urn:strowger:problem:validation-timeout");
  });

  it("is refused when the script is larger than 1 MiB", async () => {
    const { status, body } = await upload(`// ${"x".repeat(1024 * 1024)}\n${inviteScript("reject(480)")}`);
    expect([413, 422]).toContain(status);
    expect(body.type).toBe("urn:strowger:problem:script-too-large");
  });

  it("is refused without a valid token", async () => {
    const { status, body } = await upload(inviteScript("reject(480)"), { token: "guess" });
    expect(status).toBe(401);
    expect(body.type).toBe("urn:strowger:problem:unauthorized");
  });

  it("is refused under a name that is no name", async () => {
    const { status } = await upload(inviteScript("reject(480)"), { name: "..%2f..%2fetc" });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });

  it("refused leaves the version before it in place", async () => {
    const caller = await rawPhone(strowger, "caller");
    await upload(inviteScript("reject(488)"));
    expect((await upload("nonsense(")).status).toBe(422);
    await expectRefusal(caller, invite(caller, "700"), 488);
  });
});
