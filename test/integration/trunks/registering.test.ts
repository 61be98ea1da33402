import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { readEvents, type StreamEvent } from "../../helpers/event-stream.ts";
import { asking, obliging, RawCarrier } from "../../helpers/raw-carrier.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

const ACCOUNT = { username: "4711", password: "carrier-secret", register: true };

/** Keeps what it is told of trunks. */
const DIARY = `
  import { kv } from "strowger";
  export default {
    invite: () => ({ type: "reject", code: 404 }),
    async trunk(event) {
      const diary = (await kv.get("diary")) ?? [];
      await kv.set("diary", [...diary, \`\${event.trunk} \${event.state} \${event.code}\`]);
    },
  };
`;

async function carrier(...args: Parameters<typeof RawCarrier.start>): Promise<RawCarrier> {
  const started = await RawCarrier.start(...args);
  onTestFinished(() => started.goAway());
  return started;
}

// biome-ignore lint/suspicious/noExplicitAny: what the API answers is what the test is about.
async function trunkOf(name: string): Promise<any> {
  return (await strowger.api("GET", `/v1/trunks/${name}`)).body;
}

/** The events of trunks, as they come. */
async function follow(): Promise<readonly StreamEvent[]> {
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  const headers = { authorization: `Bearer ${strowger.token}`, accept: "text/event-stream" };
  const { body } = await fetch(`${strowger.url}/v1/events?type=trunk`, { headers, signal: abort.signal });
  if (body === null) throw new Error("no stream of events");
  const events: StreamEvent[] = [];
  const read = async () => {
    for await (const event of readEvents(body)) events.push(event);
  };
  read().catch(() => {});
  return events;
}

async function metric(name: string, trunk: string): Promise<string | undefined> {
  const { body } = await strowger.api("GET", "/metrics");
  const label = `${name}{trunk="${trunk}"} `;
  return String(body)
    .split("\n")
    .find((line) => line.startsWith(label))
    ?.slice(label.length);
}

/** Declares a trunk until the test is over. */
async function declare(name: string, trunk: Readonly<Record<string, unknown>>): Promise<void> {
  const { status } = await strowger.api("PUT", `/v1/trunks/${name}`, trunk);
  expect(status).toBeLessThan(300);
  onTestFinished(async () => void (await strowger.api("DELETE", `/v1/trunks/${name}`)));
}

function isUp(name: string): Promise<true> {
  return until(`${name} to be up`, async () => (await trunkOf(name)).state === "up");
}

describe("a switch that registers with its carrier", () => {
  it.each(["MD5", "SHA-256"])("proves who it is by %s, and shows that it is registered", async (algorithm) => {
    const name = `proves-by-${algorithm}`;
    const net = await carrier(asking("4711", "carrier-secret", algorithm));
    await declare(name, { uri: net.uri, ...ACCOUNT });
    const trunk = await until("the registration", async () => {
      const view = await trunkOf(name);
      return view.registrations[0]?.state === "registered" && view.gateways[0]?.state === "up" && view;
    });
    expect(trunk).toMatchObject({ state: "up", registrations: [{ registrar: net.uri, reason: null }] });
    expect(JSON.stringify(trunk)).not.toContain("carrier-secret");
    const { port } = new URL(`http://${(await net.request("REGISTER", 2)).uriOf("Contact").split("@")[1]}`);
    expect(Number(port)).toBe(strowger.sipPort);
    expect(await metric("strowger_trunk_registered", name)).toBe("1");
    expect(await metric("strowger_trunk_up", name)).toBe("1");
    expect(strowger.log()).not.toContain("carrier-secret");
  });

  it("says what is wrong with a wrong password, once, and does not go round in circles", async () => {
    const net = await carrier(asking("4711", "another"));
    await declare("wrong", { uri: net.uri, ...ACCOUNT, probe: false });
    await until("the refusal", async () => (await trunkOf("wrong")).registrations[0]?.state === "failed");
    expect(await trunkOf("wrong")).toMatchObject({
      state: "down",
      registrations: [{ reason: expect.stringContaining("401") }],
    });
    expect(net.of("REGISTER")).toHaveLength(2);
    expect(strowger.log().match(/Set username, password and realm of the trunk/g)).toHaveLength(1);
  });

  it("registers again when the carrier closes the connection, and not at once where it does so at once", async () => {
    const net = await carrier();
    await declare("stream", { uri: `${net.uri};transport=tcp`, ...ACCOUNT, probe: false });
    expect((await net.request("REGISTER", 1)).uriOf("Contact")).toContain(";transport=tcp");
    await isUp("stream");
    net.dropConnections();
    await until("the loss to be noticed", async () => (await trunkOf("stream")).state === "down");
    expect((await trunkOf("stream")).registrations[0].reason).toBe(
      "the connection to the registrar is lost as soon as it is made",
    );
    await net.request("REGISTER", 2, 25_000);
    await isUp("stream");
  }, 40_000);

  it("follows what is declared: over the API and by a reload", async () => {
    const net = await carrier();
    await declare("follows", { uri: net.uri, ...ACCOUNT, probe: false });
    expect((await net.request("REGISTER", 1)).uriOf("To")).toBe("sip:4711@127.0.0.1");
    await declare("follows", { uri: net.uri, ...ACCOUNT, username: "4712", probe: false });
    expect((await net.request("REGISTER", 2)).header("Expires")).toBe("0");
    expect((await net.request("REGISTER", 3)).uriOf("To")).toBe("sip:4712@127.0.0.1");
    await strowger.api("DELETE", "/v1/trunks/follows");
    expect((await net.request("REGISTER", 4)).header("Expires")).toBe("0");
    const config = JSON.parse(readFileSync(strowger.configFile, "utf8"));
    const declared = { declared: { uri: net.uri, ...ACCOUNT, probe: false } };
    writeFileSync(strowger.configFile, JSON.stringify({ ...config, trunks: declared }));
    strowger.signal("SIGHUP");
    expect((await net.request("REGISTER", 5)).header("Expires")).toBe("3600");
    writeFileSync(strowger.configFile, JSON.stringify(config));
    strowger.signal("SIGHUP");
    expect((await net.request("REGISTER", 6)).header("Expires")).toBe("0");
  });
});

describe("a trunk that goes down and comes back", () => {
  it("is told to scripts and on the event stream, and written in the log once", async () => {
    const net = await carrier();
    const events = await follow();
    await strowger.deploy("diary", DIARY);
    await declare("moody", { uri: net.uri, probe: { seconds: 5 } });
    const isIn = (state: string) =>
      until(`the trunk to be ${state}`, async () => (await trunkOf("moody")).gateways[0]?.state === state, 25_000);
    await isIn("up");
    net.manner = () => ({ status: 503 });
    await isIn("down");
    expect(await trunkOf("moody")).toMatchObject({
      state: "down",
      gateways: [{ reason: "it answers 503 to OPTIONS" }],
    });
    net.manner = obliging;
    await isIn("up");
    const diary = await until("the diary", async () => {
      const { body } = await strowger.api("GET", "/v1/scripts/diary/kv/diary");
      const lines: string[] = (body.value ?? body).filter((line: string) => line.startsWith("moody"));
      return lines.length >= 3 && lines;
    });
    expect(diary).toEqual(["moody up null", "moody down 503", "moody up null"]);
    const told = () => events.filter(({ data }) => (data as { trunk: string }).trunk === "moody");
    await until("the events", () => told().length >= 3);
    expect(told()).toMatchObject([
      { name: "trunk", data: { type: "trunk", state: "up", gateway: null, code: null } },
      { name: "trunk", data: { type: "trunk", state: "down", gateway: null, code: 503 } },
      { name: "trunk", data: { type: "trunk", state: "up", gateway: null, code: null } },
    ]);
    const lines = strowger
      .log()
      .split("\n")
      .filter((line) => line.includes("moody"));
    expect(lines.filter((line) => /A trunk is down: none of its gateways answers/.test(line))).toHaveLength(1);
    expect(lines.filter((line) => /A trunk is up/.test(line))).toHaveLength(2);
  }, 60_000);
});

describe("a switch that stops", () => {
  it("takes its registrations back, waits for no carrier that is silent, and registers anew when it starts", async () => {
    const net = await carrier(asking("4711", "carrier-secret"));
    const mute = await carrier();
    await declare("polite", { uri: net.uri, ...ACCOUNT, probe: false });
    await declare("mute", { uri: mute.uri, ...ACCOUNT, probe: false });
    await isUp("polite");
    await isUp("mute");
    mute.manner = () => undefined;
    await strowger.restart();
    const farewell = await net.request("REGISTER", 3);
    expect(farewell.header("Expires")).toBe("0");
    const again = await net.request("REGISTER", 5);
    expect(again.header("Expires")).toBe("3600");
    expect(again.header("Call-ID")).not.toBe(farewell.header("Call-ID"));
    expect(mute.of("REGISTER")[1]?.header("Expires")).toBe("0");
  }, 60_000);
});
