import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../runtime/config/load.ts";

function read(text: string, env: Record<string, string> = {}) {
  const parsed = parseConfig(text, "strowger.yaml", env);
  return parsed.ok ? parsed.value : parsed.problem.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe("scripts in the configuration", () => {
  it("have variables, also out of the environment", () => {
    const text = `scripts:\n  front-desk: { env: { RING: "20", KEY: "a \${NAME}" } }\n  menu:\n`;
    expect(read(text, { NAME: "b" })).toMatchObject({
      scripts: [{ name: "front-desk", env: { RING: "20", KEY: "a b" } }],
    });
    expect(read("")).toMatchObject({ scripts: [], secretKey: null });
  });

  it.each([
    ["scripts: { Desk: { env: {} } }", "1:12 scripts.Desk: a script is called by 1 to 63 lower-case letters"],
    ["scripts: { desk: { evn: {} } }", '1:20 scripts.desk.evn: unknown field "evn"; known: env'],
    ["scripts: { desk: { env: { RING: 20 } } }", "expected text, found the number 20; write it in quotes"],
    ['scripts: { desk: { env: { "a-b": "1" } } }', "expected a name: a letter or _"],
  ])("are refused where they are wrong: %s", (text, message) => {
    const problems = read(text);
    expect(problems).toHaveLength(1);
    expect(Array.isArray(problems) && problems[0]).toContain(message);
  });
});

describe("secretKey in the configuration", () => {
  it.each([["ab".repeat(32)], [Buffer.alloc(32, 1).toString("base64")], [Buffer.alloc(32, 1).toString("base64url")]])(
    "is 32 bytes: %s",
    (key) => {
      expect(read(`secretKey: "\${KEY}"`, { KEY: key })).toMatchObject({ secretKey: key });
    },
  );

  it.each([["hunter22"], ["ab".repeat(31)], [`${"ab".repeat(31)}xy`], [Buffer.alloc(33).toString("base64")]])(
    "is refused where it is none, and not repeated: %s",
    (key) => {
      const problems = read(`secretKey: "\${KEY}"`, { KEY: key });
      expect(problems).toEqual([expect.stringContaining("secretKey: expected 32 bytes in base64 or as 64 hex digits")]);
      expect(JSON.stringify(problems)).not.toContain(key);
    },
  );
});
