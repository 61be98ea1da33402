import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasPrograms } from "../../helpers/require-program.ts";
import { command, runStrowger } from "../http/cli/run-strowger.ts";
import { ADMIN } from "../http/fake-switch.ts";
import { createKeptWorld, DESK, type KeptWorld } from "./world.ts";

const SECRET = "hunter22 is the secret";
let world: KeptWorld;

beforeEach(async () => {
  world = await createKeptWorld([{ name: "desk", env: { RING: "20" } }]);
});
afterEach(() => world.close());

const run = (...args: string[]) => runStrowger(args, { url: world.api.url });

function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, STROWGER_URL: world.api.url, STROWGER_TOKEN: ADMIN };
}

/** Runs the command with this on its standard input. */
async function pipe(input: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [command, ...args], { stdio: ["pipe", "pipe", "pipe"], env: environment() });
  const code = new Promise<number | null>((resolve) => child.on("exit", resolve));
  child.stdin.end(input);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, output: out + err };
}

describe("strowger kv", () => {
  it("writes, prints, lists and removes keys", async () => {
    expect((await run("kv", "put", "desk", "a/b", '{"open":true}')).stdout).toBe("a/b is written.\n");
    await run("kv", "put", "desk", "greeting", "Grüß Gott", "--text", "--ttl", "60");
    expect(JSON.parse((await run("kv", "get", "desk", "a/b")).stdout)).toEqual({ open: true });
    expect((await run("kv", "get", "desk", "greeting", "--json")).stdout).toBe('"Grüß Gott"\n');
    expect((await run("kv", "list", "desk")).stdout).toMatch(/^greeting +\d+ +2 +2026-01-01T00:01:00.000Z/m);
    expect(JSON.parse((await run("kv", "list", "desk", "--prefix", "a/", "--json")).stdout)).toMatchObject([
      { key: "a/b", version: 1, expiresAt: null },
    ]);
    expect((await run("kv", "delete", "desk", "a/b")).code).toBe(0);
    expect((await run("kv", "get", "desk", "a/b")).code).toBe(1);
    expect((await run("kv", "delete", "desk", "--prefix", "")).stdout).toBe("1 keys are removed.\n");
    expect((await run("kv", "list", "desk")).stdout).toBe("No keys.\n");
    expect((await run("kv", "delete", "desk")).code).toBe(2);
  });

  it("takes a value from the standard input, and says what is no JSON", async () => {
    expect((await pipe("[1, 2]\n", "kv", "put", "desk", "k")).code).toBe(0);
    expect((await world.data.kv.get(DESK, "k"))?.json).toBe("[1,2]");
    const refused = await run("kv", "put", "desk", "k", "hello");
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("use --text")]);
    expect((await run("kv", "put", "desk", "k", "1", "--if-absent")).code).toBe(4);
  });

  it("counts, also downwards", async () => {
    expect((await run("kv", "increment", "desk", "n", "5", "--ttl", "60")).stdout).toBe("5\n");
    expect((await run("kv", "increment", "desk", "n", "--", "-7")).stdout).toBe("-2\n");
    expect(JSON.parse((await run("kv", "increment", "desk", "n", "--json")).stdout)).toMatchObject({ value: -1 });
    expect((await run("kv", "increment", "desk", "n", "1.5")).code).toBe(2);
  });
});

describe("strowger secret", () => {
  it("sets a secret from the standard input, without its line end, and lists no value", async () => {
    const put = await pipe(`${SECRET}\n`, "secret", "put", "desk", "KEY");
    expect([put.code, put.output]).toEqual([0, "KEY is set (version 1). Events of desk get it from now on.\n"]);
    expect(await world.data.secrets.reveal(DESK, "KEY")).toBe(SECRET);
    const list = await run("secret", "list", "desk");
    expect(list.stdout).toMatch(/^KEY +1 +2026-01-01/m);
    expect(JSON.parse((await run("secret", "list", "desk", "--json")).stdout)).toMatchObject([{ name: "KEY" }]);
    expect((await run("secret", "delete", "desk", "KEY")).code).toBe(0);
    expect((await run("secret", "delete", "desk", "KEY")).code).toBe(1);
    expect((await run("secret", "list", "desk")).stdout).toBe("No secrets.\n");
  });

  it("sets nothing where there is no value, and tells no value that is refused", async () => {
    expect((await pipe("", "secret", "put", "desk", "KEY")).code).toBe(2);
    const refused = await pipe("hm?", "secret", "put", "desk", "KEY");
    expect(refused.code).toBe(1);
    expect(refused.output).not.toContain("hm?");
  });

  it.skipIf(!hasPrograms("script"))("asks for it on a terminal, and shows nothing of what is typed", async () => {
    const line = `${process.execPath} ${command} secret put desk KEY`;
    const child = spawn("script", ["-qec", line, "/dev/null"], {
      stdio: ["pipe", "pipe", "ignore"],
      env: environment(),
    });
    const code = new Promise<number | null>((resolve) => child.on("exit", resolve));
    let shown = "";
    child.stdout.on("data", (chunk: Buffer) => {
      const isAsked = shown.includes("Value of KEY: ");
      shown += chunk.toString();
      if (!isAsked && shown.includes("Value of KEY: ")) child.stdin.write(`x\u007f${SECRET}\r`);
    });
    expect(await code).toBe(0);
    expect(shown).not.toContain("hunter");
    expect(await world.data.secrets.reveal(DESK, "KEY")).toBe(SECRET);
  });
});

describe("strowger env", () => {
  it("sets, lists and takes away variables, beside those of the configuration", async () => {
    expect((await run("env", "set", "desk", "A=1", "B=x=y")).code).toBe(0);
    expect(world.data.environments.get("desk").variables).toEqual({ A: "1", B: "x=y", RING: "20" });
    expect((await run("env", "list", "desk")).stdout).toMatch(/^RING +yes +20$/m);
    expect(JSON.parse((await run("env", "list", "desk", "--json")).stdout)).toMatchObject({ managed: ["RING"] });
    expect((await run("env", "unset", "desk", "A")).code).toBe(0);
    expect(world.data.environments.get("desk").variables).toEqual({ B: "x=y", RING: "20" });
    expect((await run("env", "unset", "desk", "RING")).code).toBe(4);
    expect((await run("env", "set", "desk", "RING=5")).code).toBe(4);
    expect((await run("env", "set", "desk", "=5")).code).toBe(2);
  });
});
