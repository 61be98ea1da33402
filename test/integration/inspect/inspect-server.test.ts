import { request } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, it } from "vitest";
import { createInspectServer } from "../../../runtime/inspect/inspect-server.ts";
import type { InspectionClient, ScriptInspection } from "../../../runtime/port/inspection.ts";
import { listTargets, openDebugger } from "./debugger-socket.ts";

/** One script that answers every request with its method. */
class EchoScript implements ScriptInspection {
  client: InspectionClient | null = null;
  readonly #target = { id: "unguessable", ref: { script: "desk", version: 3 }, url: "file:///desk.ts" };

  targets() {
    return [this.#target];
  }

  attach(id: string, client: InspectionClient) {
    if (id !== this.#target.id) return "unknown" as const;
    if (this.client !== null) return "taken" as const;
    this.client = client;
    return {
      send: (text: string) => {
        const { id, method } = JSON.parse(text);
        client.heard(JSON.stringify({ id, result: { method } }));
      },
      close: () => {
        this.client = null;
      },
    };
  }
}

const script = new EchoScript();
const server = createInspectServer(script);
const at = `127.0.0.1:${await server.listen(0)}`;
afterAll(() => server.close());

function get(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(`http://${at}${path}`, { headers }, async (response) => {
      resolve({ status: response.statusCode ?? 0, body: await text(response) });
    });
    asked.on("error", reject).end();
  });
}

describe("The port for debuggers", () => {
  it("lists what there is, as chrome://inspect and editors ask for it", async () => {
    const [target] = await listTargets(at);
    expect(target).toEqual({
      id: "unguessable",
      type: "node",
      title: "desk v3",
      description: "version 3 of the script desk",
      url: "file:///desk.ts",
      webSocketDebuggerUrl: `ws://${at}/unguessable`,
      devtoolsFrontendUrl: `devtools://devtools/bundled/js_app.html?experiments=true&v8only=true&ws=${at}/unguessable`,
    });
    expect(JSON.parse((await get("/json/version")).body)).toMatchObject({ Browser: "strowger" });
    expect((await get("/json")).body).toBe((await get("/json/list")).body);
    expect((await get("/other")).status).toBe(404);
  });

  it("passes on what a debugger says, and what it is answered", async () => {
    const debugging = await openDebugger(`ws://${at}/unguessable`);
    expect(await debugging.ask("Runtime.enable")).toEqual({ method: "Runtime.enable" });
    debugging.close();
    await expect.poll(() => script.client).toBeNull();
  });

  it("ends a debugger whose script is gone, and one that is not alone, or at none", async () => {
    const first = await openDebugger(`ws://${at}/unguessable`);
    await (await openDebugger(`ws://${at}/unguessable`)).ended;
    await (await openDebugger(`ws://${at}/another`)).ended;
    script.client?.targetGone();
    await first.ended;
  });

  it.each([
    ["no JSON", "{"],
    ["no request", '{"method":"Runtime.enable"}'],
    ["an id of ours", '{"id":2000000000,"method":"Runtime.enable"}'],
    ["a number", "7"],
  ])("ends a debugger that says %s", async (_what, message) => {
    const debugging = await openDebugger(`ws://${at}/unguessable`);
    debugging.say(message);
    await debugging.ended;
    await expect.poll(() => script.client).toBeNull();
  });

  it("answers no name that leads here, and no page of a browser", async () => {
    expect((await get("/json/list", { host: "evil.example" })).status).toBe(403);
    expect((await get("/json/list", { host: "localhost:9229" })).status).toBe(200);
    expect((await get("/json/list", { host: "[::1]:9229" })).status).toBe(200);
    expect((await get("/json/list", { origin: "https://evil.example" })).status).toBe(403);
    const url = `ws://${at}/unguessable`;
    await expect(openDebugger(url, { origin: "https://evil.example" })).rejects.toThrow("403");
    await expect(openDebugger(url, { host: "evil.example" })).rejects.toThrow("403");
    const devtools = await openDebugger(url, { origin: "devtools://devtools" });
    devtools.close();
  });

  it("says which port is taken", async () => {
    const port = Number(at.split(":")[1]);
    await expect(createInspectServer(script).listen(port)).rejects.toThrow(`127.0.0.1:${port}`);
  });
});
