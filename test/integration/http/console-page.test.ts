import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "../../../runtime/base/log.ts";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import { createConsole } from "../../../runtime/http/console/console.ts";
import { createTokenAuthority } from "../../../runtime/http/tokens.ts";
import { consoleSettings, consoleStore, type FakeSwitch, startFakeSwitch, tokenStore } from "./fake-switch.ts";

const PAGE = '<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><title>The console</title>';
const CODE = "export const answer = 42;\n".repeat(100);

/** The API with a page that was built into `folder`. */
async function startWithPage(folder: string): Promise<FakeSwitch> {
  const tokens = await createTokenAuthority(tokenStore(new Map()), { now: () => 0 });
  const parts = { store: consoleStore(), tokens, clock: new TimerWheel(), log: silentLog, folder };
  return startFakeSwitch({ console: await createConsole(parts, consoleSettings) });
}

describe("the page of the console", () => {
  const around = mkdtempSync(join(tmpdir(), "strowger-page-"));
  const folder = join(around, "dist");
  let api: FakeSwitch;

  beforeAll(async () => {
    mkdirSync(join(folder, "assets"), { recursive: true });
    writeFileSync(join(around, "secret.txt"), "not for browsers");
    writeFileSync(join(folder, "index.html"), PAGE);
    writeFileSync(join(folder, "icon.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>");
    writeFileSync(join(folder, "notes.md"), "not of the page");
    writeFileSync(join(folder, "assets", "main-4f2a.js"), CODE);
    writeFileSync(join(folder, "assets", "main-4f2a.js.br"), brotliCompressSync(CODE));
    writeFileSync(join(folder, "assets", "main-4f2a.js.gz"), gzipSync(CODE));
    symlinkSync(join(around, "secret.txt"), join(folder, "link.txt"));
    api = await startWithPage(folder);
  });
  afterAll(async () => {
    await api.close();
    rmSync(around, { recursive: true });
  });

  const get = (path: string, headers: Record<string, string> = {}) => fetch(api.url + path, { headers });
  const view = { Accept: "text/html,application/xhtml+xml" };

  it("needs no sign-in, is asked about anew each time, and may do next to nothing in a browser", async () => {
    const response = await get("/");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-cache");
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-\w{26}'; connect-src 'self'; img-src 'self' data:; media-src 'self' blob:; font-src 'self'; worker-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'$/,
    );
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "permissions-policy": expect.stringMatching(/^microphone=\(self\), camera=\(\)/),
    });
    expect(response.headers.get("set-cookie")).toBeNull();
  });

  it("holds the nonce of its policy, which is another each time", async () => {
    const nonces = [];
    for (let time = 0; time < 2; time++) {
      const response = await get("/");
      const [, nonce = ""] = /'nonce-(\w+)'/.exec(response.headers.get("content-security-policy") ?? "") ?? [];
      expect(await response.text()).toBe(PAGE.replace("__CSP_NONCE__", nonce));
      nonces.push(nonce);
    }
    expect(new Set(nonces).size).toBe(2);
  });

  it("has an address for each of its views, which people open", async () => {
    for (const path of ["/calls/abc", "/scripts/main", "/anything", "/index.html"]) {
      expect([path, (await (await get(path, view)).text()).includes("The console")]).toEqual([path, true]);
    }
  });

  it("is not what programs get, nor in the place of the API, of scripts, or of files that are not there", async () => {
    expect((await get("/calls/abc")).status).toBe(404);
    for (const path of ["/v1/nothing", "/v1", "/x/nobody", "/assets/gone-1234.js", "/assets/", "/metrics/x"]) {
      const response = await get(path, view);
      expect([path, response.status]).toEqual([path, 404]);
      expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    }
    expect((await fetch(api.url, { method: "POST" })).status).toBe(404);
  });

  it("has files with a hash in their names, which browsers keep for good, in the best encoding they take", async () => {
    const path = "/assets/main-4f2a.js";
    for (const [accepted, encoding] of [
      ["gzip, deflate, br", "br"],
      ["gzip;q=1.0, br;q=0", "gzip"],
      ["identity", null],
    ] as const) {
      const response = await get(path, { "Accept-Encoding": accepted });
      expect([accepted, response.headers.get("content-encoding")]).toEqual([accepted, encoding]);
      expect(await response.text()).toBe(CODE);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "content-type": "text/javascript; charset=utf-8",
        "cache-control": "public, max-age=31536000, immutable",
        vary: "Accept-Encoding",
        "x-content-type-options": "nosniff",
      });
    }
  });

  it("has other files that are asked about anew, and not sent again unchanged", async () => {
    const first = await get("/icon.svg");
    expect([first.headers.get("cache-control"), first.headers.get("content-type")]).toEqual([
      "no-cache",
      "image/svg+xml",
    ]);
    const again = await get("/icon.svg", { "If-None-Match": first.headers.get("etag") ?? "" });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  it("gives away nothing but its own files: no list, no other kind, no link, no way out of its folder", async () => {
    const paths = ["/notes.md", "/link.txt", "/assets", "/../secret.txt", "/assets/../../secret.txt"];
    const encoded = ["/%2e%2e/secret.txt", "/..%2fsecret.txt", "/assets/..%5c..%5csecret.txt", "/%00", "//secret.txt"];
    for (const path of [...paths, ...encoded]) {
      const [status, body] = await rawGet(api.url, path);
      expect([path, status]).toEqual([path, 404]);
      expect(body).not.toContain("not for browsers");
    }
  });

  it("is found anew when it has been built anew", async () => {
    writeFileSync(join(folder, "assets", "next-9b1c.js"), "export {};\n");
    expect((await get("/assets/next-9b1c.js")).status).toBe(404);
    writeFileSync(join(folder, "index.html"), `${PAGE}<p>again`);
    expect((await get("/assets/next-9b1c.js")).status).toBe(200);
    expect(await (await get("/")).text()).toContain("<p>again");
  });

  it("that was not built yet says how to build it, and the API goes on", async () => {
    const bare = await startFakeSwitch();
    const response = await fetch(bare.url);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("<pre>npm run console</pre>");
    expect((await bare.send("GET", "/v1/calls")).status).toBe(200);
    await bare.close();
  });

  it("is not there where the console is off", async () => {
    const off = await startWithPage(folder);
    off.console.configure({ ...consoleSettings, enabled: false });
    for (const path of ["/", "/assets/main-4f2a.js"]) expect((await fetch(off.url + path)).status).toBe(404);
    await off.close();
  });
});

/** A path as it stands: fetch would tidy it up. */
function rawGet(url: string, path: string): Promise<[number | undefined, string]> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on("end", () => resolve([response.statusCode, body]));
    });
    asked.on("error", reject);
    asked.end();
  });
}
