import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findServer } from "../../../runtime/cli/server-address.ts";

describe("the address of the switch", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "strowger-"));
    mkdirSync(join(folder, "data"));
    mkdirSync(join(folder, "a/b"), { recursive: true });
    writeFileSync(join(folder, "strowger.yaml"), "");
    writeFileSync(join(folder, "data/token"), "local-token\n");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is the local one with the local token when nothing else is said", () => {
    expect(findServer({}, {}, join(folder, "a/b"))).toEqual({ url: "http://127.0.0.1:8080", token: "local-token" });
  });

  it("is what the environment says, and before that what the options say", () => {
    const env = { STROWGER_URL: "https://pbx.example.com/", STROWGER_TOKEN: "env-token" };
    expect(findServer({}, env, folder)).toEqual({ url: "https://pbx.example.com", token: "env-token" });
    const options = { url: "http://10.0.0.1:9000", token: "option-token" };
    expect(findServer(options, env, folder)).toEqual(options);
  });

  it("never gets the local token when it is somewhere else", () => {
    expect(findServer({ url: "https://pbx.example.com" }, {}, folder).token).toBeUndefined();
    expect(findServer({ url: "http://localhost:9000" }, {}, folder).token).toBe("local-token");
  });

  it.each(["localhost:8080", "ftp://example.com", "nonsense"])("is not %s", (url) => {
    expect(() => findServer({ url }, {}, folder)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});
