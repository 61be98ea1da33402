import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { freePort } from "../../helpers/free-port.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { script } from "../../helpers/script-source.ts";
import { configText } from "../../helpers/switch-config.ts";
import { DevSession } from "./dev-session.ts";

const HELPER = "export const code = 480;\n";
const DESK = `import { code } from "./lib/code.ts";\n${script(`
  invite(call) {
    console.log("a call to " + call.to.user);
    return reject(code);
  },
  ended() { throw new Error("on purpose"); },`)}`;

describe("strowger dev", () => {
  it("serves a script at once, and again whenever it or what it imports is saved", async () => {
    const session = await DevSession.start({ "desk.ts": DESK, "lib/code.ts": HELPER }, ["desk.ts"]);
    const ready = await session.ready();
    expect(ready).toMatchObject({ isTemporary: true, inspector: null, http: expect.stringContaining("127.0.0.1:") });
    expect(ready.accounts).toMatchObject([
      { name: "alice", extension: "100", password: expect.any(String) },
      { name: "bob", extension: "101", password: expect.any(String) },
    ]);
    expect(await session.deployed("desk", 1)).toMatchObject({ handlers: ["invite", "ended"] });
    const caller = await session.phone();
    const call = (number: string) => invite(caller, number, { uri: session.uri(number) });
    await expectRefusal(caller, call("700"), 480);
    await session.line("what it prints", ({ type, text }) => type === "log" && text === "a call to 700");
    await session.line("its fault", ({ type, fault }) => type === "fault" && fault.message.includes("on purpose"));

    session.save("lib/code.ts", "export const code = 486;\n");
    await session.deployed("desk", 2);
    await expectRefusal(caller, call("701"), 486);

    session.save("lib/code.ts", 'export const code = "486";\n');
    const refused = await session.line("the refusal", ({ type }) => type === "refused");
    expect(refused).toMatchObject({ script: "desk", errors: [{ file: "desk.ts", code: "TS2345" }] });
    expect(session.output).toContain("desk.ts:8:19: Argument of type 'string'");
    await expectRefusal(caller, call("702"), 486);

    session.save("lib/code.ts", "export const code = 603;\n");
    await session.deployed("desk", 3);
    await expectRefusal(caller, call("703"), 603);
  });

  it("waits for a script that does not compile yet, and leaves nothing behind", async () => {
    const session = await DevSession.start({ "desk.ts": "export default {" }, ["desk.ts"]);
    await session.ready();
    await session.line("the refusal", ({ type }) => type === "refused");
    session.save("desk.ts", script("  invite: () => reject(480),"));
    await session.deployed("desk", 1);
    expect(readdirSync(session.folder).some((name) => name.startsWith("strowger-dev-"))).toBe(true);
    expect(await session.interrupt()).toEqual({ code: 0, signal: null });
    expect(readdirSync(session.folder)).toEqual(["desk.ts"]);
  });

  it("runs with the configuration of the folder, and keeps what it keeps", async () => {
    const ports = { sip: await freePort(), http: await freePort() };
    const routes = [{ name: "all", script: "other" }];
    const files = {
      "strowger.yaml": configText({ routes }, ports),
      "desk.ts": script("  invite: () => reject(480),"),
      "other/index.ts": script("  invite: () => reject(486),"),
    };
    const session = await DevSession.start(files, ["desk.ts", "other"]);
    const ready = await session.ready();
    expect(ready).toMatchObject({ isTemporary: false, http: `http://127.0.0.1:${ports.http}`, domain: "example.test" });
    await session.deployed("desk", 1);
    await session.deployed("other", 1);
    session.save("other/answers.ts", "export const unused = 1;\n");
    await session.deployed("other", 2);
    expect(await session.interrupt()).toEqual({ code: 0, signal: null });
    expect(readdirSync(session.folder)).toContain("data");
  });

  it("says what is wrong with the configuration, and does not start", async () => {
    const session = await DevSession.start({ "strowger.yaml": "lisen: []\n", "desk.ts": "" }, ["desk.ts"]);
    expect(await session.exited).toEqual({ code: 2, signal: null });
    expect(session.output).toContain('unknown field "lisen", did you mean "listen"?');
  });
});
