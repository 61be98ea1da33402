import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";
import { serve, type WebServer } from "./web.ts";

const SCRIPT = `
import { OperationError, type Script } from "strowger";

export default {
  async http(event) {
    try {
      const answer = await fetch(event.body);
      return { status: answer.status, body: await answer.text() };
    } catch (error) {
      return { status: 502, body: error instanceof OperationError ? error.code + " " + error.message : String(error) };
    }
  },
} satisfies Script;
`;

let sw: RunningSwitch;
let server: WebServer;

beforeAll(async () => {
  server = await serve((_request, response) => response.writeHead(203).end("from the other system"));
  // A script must not fail here because the machine is busy.
  sw = await startSwitch({ limits: { script: { eventMs: 2_000, cpuMs: 2_000 } } });
  for (const name of ["desk", "night"]) await sw.deploy(name, SCRIPT);
}, 30_000);
afterAll(async () => {
  server.close();
  await sw.stop();
});

async function fetchBy(script: string, url: string): Promise<[status: number, text: string]> {
  const answer = await fetch(`${sw.url}/x/${script}/`, { method: "POST", body: url });
  return [answer.status, await answer.text()];
}

async function configure(keys: object): Promise<void> {
  const config = JSON.parse(readFileSync(sw.configFile, "utf8"));
  writeFileSync(sw.configFile, JSON.stringify({ ...config, ...keys }));
  const answer = await sw.api("POST", "/v1/reload");
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
}

describe("fetch on the switch", () => {
  it("reaches nothing on the machine of the switch, its own API least of all", async () => {
    for (const url of [`${sw.url}/healthz`, `http://localhost:${server.port}/`, `http://[::1]:${server.port}/`]) {
      const [status, text] = await fetchBy("desk", url);
      expect([status, text]).toEqual([502, expect.stringMatching(/^not-allowed .* have|is not a public address/)]);
    }
    expect(server.connections).toEqual([]);
  });

  it("reaches what the configuration allows, for the script it allows it to, from the next reload on", async () => {
    const url = `http://localhost:${server.port}/`;
    const scripts = { night: { policy: { fetchHosts: ["crm.example.com"] } } };
    await configure({ fetch: { allowPrivate: ["127.0.0.1", "::1"] }, scripts });
    expect(await fetchBy("desk", url)).toEqual([203, "from the other system"]);
    expect(await fetchBy("night", url)).toEqual([502, expect.stringContaining('does not let "night" fetch')]);
    await configure({ fetch: {}, scripts: {} });
    expect(await fetchBy("desk", url)).toEqual([502, expect.stringMatching(/^not-allowed/)]);
  });
});
