import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { register } from "../../helpers/raw-account.ts";
import { connectCall, hangUp } from "../../helpers/raw-call.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { forwardTo, inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

const original = readFileSync(strowger.configFile, "utf8");
beforeEach(() => writeFileSync(strowger.configFile, original));

// biome-ignore lint/suspicious/noExplicitAny: the shape of the file is what `switch-config.ts` writes.
function change(edit: (config: any) => void): void {
  const config = JSON.parse(original);
  edit(config);
  writeFileSync(strowger.configFile, JSON.stringify(config, null, 2));
}

async function hasUser(name: string): Promise<boolean> {
  return (await strowger.api("GET", `/v1/users/${name}`)).status === 200;
}

describe("SIGHUP", () => {
  it("reads users and routes again without dropping a call", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    const call = await connectCall(caller, callee, "700");
    change((config) => {
      config.users.carol = { password: "pw-carol", extension: "102" };
      config.routes.unshift({ name: "closed", to: "9XX", script: "none", fallback: [{ type: "reject", code: 410 }] });
    });
    strowger.signal("SIGHUP");
    await until("the new user", () => hasUser("carol"));
    await expectRefusal(caller, invite(caller, "900"), 410);
    const carol = await rawPhone(strowger, "carol");
    expect((await register(carol, { user: "carol" })).status).toBe(200);
    await hangUp(call.caller, call.callee);
  });

  it("is in the audit log, whether it changes something or not", async () => {
    const reloads = async (): Promise<{ actor: string; problem: string | null }[]> =>
      (await strowger.api("GET", "/v1/audit?action=reload")).body.items;
    const before = (await reloads()).length;
    strowger.signal("SIGHUP");
    await until("the reload in the audit log", async () => (await reloads()).length === before + 1);
    writeFileSync(strowger.configFile, "users: [\n");
    strowger.signal("SIGHUP");
    await until("the failed reload in the audit log", async () => (await reloads()).length === before + 2);
    expect(await reloads()).toMatchObject([
      { actor: "switch", target: strowger.configFile, problem: "config-invalid" },
      { actor: "switch", target: strowger.configFile, problem: null },
      ...Array.from({ length: before }, () => ({})),
    ]);
  });

  it.each([
    ["is no YAML", "users: [\n"],
    ["has an unknown key", original.replace('"domain"', '"domian"')],
    ["names an impossible address", original.replace("udp://127.0.0.1", "udp://127.0.0.999")],
  ])("with a file that %s changes nothing and says why", async (_, text) => {
    writeFileSync(strowger.configFile, text);
    const before = strowger.log().length;
    strowger.signal("SIGHUP");
    await until("a line that says what is wrong", () => /strowger\.yaml|config/i.test(strowger.log().slice(before)));
    expect(strowger.running).toBe(true);
    const caller = await rawPhone(strowger, "caller");
    await strowger.deploy("main", inviteScript("reject(486)"));
    await expectRefusal(caller, invite(caller, "700"), 486);
    expect(await hasUser("alice")).toBe(true);
  });
});
