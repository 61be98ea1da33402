import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { messagesIn } from "../../helpers/mailbox.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { register } from "../../helpers/raw-account.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { RawPhone } from "../../helpers/raw-phone.ts";
import { script } from "../../helpers/script-source.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";
import { TalkingPhone } from "../../helpers/talking-phone.ts";
import { until } from "../../helpers/until.ts";
import { wavBytes } from "../../helpers/wav.ts";
import { type Ran, runStrowger } from "../http/cli/run-strowger.ts";

const SCRIPT = `import { kv, secrets } from "strowger";
${script(`
  async invite(call) {
    if (call.to.user === "kept") return reject((await secrets.get("key")) === "a secret" ? await kv.get("code") : 500);
    if (call.to.user === "mail") return voicemail("alice", { greeting: "none" });
    return reject(480 + (Number(call.to.user) % 2) * 6);
  },`)}`;

/** A script must not fail here because the machine is busy. */
const PATIENT = { script: { eventMs: 2_000, cpuMs: 2_000 } };

const out = mkdtempSync(join(tmpdir(), "strowger-backup-"));
let strowger: RunningSwitch;
beforeAll(async () => {
  strowger = await startSwitch({ journal: { hours: 1 }, limits: PATIENT });
  await strowger.deploy("main", SCRIPT);
  await strowger.api("PUT", "/v1/users/carol", { password: "pw-carol-long", extension: "102" });
  await strowger.api("PUT", "/v1/scripts/main/secrets/key", { value: "a secret" });
  await strowger.api("PUT", "/v1/scripts/main/kv/code", 488);
  const phone = await RawPhone.udp({ name: "carol", switchPort: strowger.sipPort });
  expect((await register(phone, { user: "carol", password: "pw-carol-long" })).status).toBe(200);
  await fetch(`${strowger.url}/v1/voicemail/alice/greetings/unavailable`, {
    method: "PUT",
    headers: { authorization: `Bearer ${strowger.token}`, "content-type": "audio/wav" },
    body: wavBytes(1),
  });
  const talker = await TalkingPhone.call(strowger, "mail");
  await talker.say(800, 1500);
  await talker.hangUp();
  await messagesIn(strowger, "alice");
});
afterAll(async () => {
  await strowger.stop();
  rmSync(out, { recursive: true, force: true });
});

const run = (...args: readonly string[]): Promise<Ran> =>
  runStrowger(args, { url: strowger.url, token: strowger.token, cwd: strowger.folder });

describe("strowger backup", () => {
  it("brings everything to another folder while calls go on, and a switch starts there", async () => {
    let isDone = false;
    const load = (async () => {
      let calls = 0;
      for (const phone = await rawPhone(strowger, "caller"); !isDone; calls++) {
        await expectRefusal(phone, invite(phone, String(calls % 2)), calls % 2 === 0 ? 480 : 486);
      }
      return calls;
    })();
    const archive = join(out, "under-load.tar.gz");
    const saved = await run("backup", archive, "--with-keys");
    isDone = true;
    expect(saved).toMatchObject({ code: 0, stdout: expect.stringContaining("checked") });
    expect(await load).toBeGreaterThan(10);
    expect(statSync(archive).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(strowger.folder, "data"))).not.toContain(".backup");

    const other = await startSwitch({ limits: PATIENT });
    try {
      await other.restart(async () => {
        const data = join(other.folder, "data");
        const restored = await run("restore", archive, "--data", data, "--force", "--json");
        expect(restored.code).toBe(0);
        expect(JSON.parse(restored.stdout)).toMatchObject({ data, aside: expect.stringContaining(".before-restore-") });
      });
      expect((await other.api("GET", "/v1/users/carol")).body).toMatchObject({ extension: "102", registered: true });
      expect((await other.api("GET", "/v1/scripts/main/versions/latest/files/main.ts")).body).toContain("voicemail(");
      const [message] = await messagesIn(other, "alice");
      const audio = await other.api("GET", `/v1/voicemail/alice/messages/${message?.id}/audio`);
      expect(audio.status).toBe(200);
      const greetings = (await other.api("GET", "/v1/voicemail/alice/greetings")).body.items;
      expect(greetings).toContainEqual(expect.objectContaining({ kind: "unavailable", isSet: true }));
      expect((await other.cdrs()).length).toBeGreaterThan(5);
      const phone = await rawPhone(other, "caller");
      await expectRefusal(phone, invite(phone, "kept"), 488);
    } finally {
      await other.stop();
    }
  });

  it("is a folder where its name is one, and has no key unless that is asked for", async () => {
    const folder = join(out, "unpacked");
    expect((await run("backup", folder)).code).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(["manifest.json", "strowger.sqlite", "voicemail"]);
    expect((await run("backup", folder)).code).toBe(4);
    const target = join(out, "from-folder");
    const restored = await run("restore", folder, "--data", target);
    expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining("secret.key") });
    expect(readdirSync(target).sort()).toEqual(["strowger.sqlite", "voicemail"]);
  });

  it("overwrites no file", async () => {
    const file = join(out, "mine.tar.gz");
    writeFileSync(file, "mine");
    expect((await run("backup", file)).code).toBe(4);
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  it("is for administrators, and leaves a trace in the audit log", async () => {
    const made = await strowger.api("POST", "/v1/tokens", { name: "reader", scopes: ["calls:read", "voicemail:read"] });
    const headers = { authorization: `Bearer ${made.body.secret}` };
    expect((await strowger.api("GET", "/v1/backup", undefined, headers)).status).toBe(403);
    expect((await strowger.api("HEAD", "/v1/backup?keys=true")).headers.get("content-type")).toBe("application/gzip");
    const { items } = (await strowger.api("GET", "/v1/audit?limit=1000")).body;
    expect(items).toContainEqual(expect.objectContaining({ action: "GET /v1/backup", result: "with keys" }));
    expect((await fetch(`${strowger.url}/v1/backup`)).status).toBe(401);
  });

  it("is one at a time, and the next may begin when a reader has gone away", async () => {
    const headers = { authorization: `Bearer ${strowger.token}` };
    const begun = (signal?: AbortSignal): Promise<Response> =>
      until("a backup to begin", async () => {
        const answer = await fetch(`${strowger.url}/v1/backup`, {
          headers,
          ...(signal === undefined ? {} : { signal }),
        });
        return answer.status === 200 && answer;
      });
    // More than what lies between the switch and a reader.
    const ballast = join(strowger.folder, "data", "ballast");
    writeFileSync(ballast, randomBytes(32 * 1024 * 1024));
    const gone = new AbortController();
    await begun(gone.signal);
    gone.abort();
    const whole = await begun();
    expect((await fetch(`${strowger.url}/v1/backup`, { headers })).status).toBe(409);
    await whole.arrayBuffer();
    rmSync(ballast);
  });
});

describe("strowger restore", () => {
  it("never touches the folder of a running switch", async () => {
    const archive = join(out, "running.tar.gz");
    expect((await run("backup", archive)).code).toBe(0);
    const before = readdirSync(join(strowger.folder, "data")).sort();
    for (const force of [[], ["--force"]]) {
      const refused = await run("restore", archive, ...force);
      expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining("a switch runs on it")]);
    }
    expect(readdirSync(join(strowger.folder, "data")).sort()).toEqual(before);
    expect((await strowger.api("GET", "/v1/users")).status).toBe(200);
  });

  it("touches a folder that holds something with --force alone, and keeps its keys", async () => {
    const archive = join(out, "other.tar.gz");
    expect((await run("backup", archive)).code).toBe(0);
    const target = join(out, "full");
    mkdirSync(target);
    writeFileSync(join(target, "secret.key"), "mine");
    writeFileSync(join(target, "notes"), "mine");
    const refused = await run("restore", archive, "--data", target);
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining("--force")]);
    expect((await run("restore", archive, "--data", target, "--force")).code).toBe(0);
    expect(readFileSync(join(target, "secret.key"), "utf8")).toBe("mine");
    expect(
      readdirSync(target)
        .filter((name) => !name.startsWith("."))
        .sort(),
    ).toEqual(["secret.key", "strowger.sqlite", "voicemail"]);
    const aside = readdirSync(target).find((name) => name.startsWith(".before-restore-")) ?? "";
    expect(readdirSync(join(target, aside)).sort()).toEqual(["notes", "secret.key"]);
  });

  it("changes nothing where the backup is damaged, or is not there", async () => {
    const folder = join(out, "damaged");
    expect((await run("backup", folder)).code).toBe(0);
    const file = join(folder, "strowger.sqlite");
    const bytes = readFileSync(file);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0xff;
    writeFileSync(file, bytes);
    const target = join(out, "untouched");
    const refused = await run("restore", folder, "--data", target);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("strowger.sqlite is not what it was")]);
    expect(readdirSync(target)).toEqual([]);
    cpSync(folder, join(out, "no-manifest"), { recursive: true });
    rmSync(join(out, "no-manifest", "manifest.json"));
    expect((await run("restore", join(out, "no-manifest"), "--data", target)).code).toBe(1);
    expect((await run("restore", join(out, "nothing"), "--data", target)).code).toBe(1);
  });
});
