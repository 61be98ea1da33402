import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { wavBytes } from "../../helpers/wav.ts";
import { ADMIN, type FakeSwitch, startFakeSwitch } from "../http/fake-switch.ts";
import { BOB, createWorld, DOMAIN, type World } from "./world.ts";

const DECLARED = { enabled: true, pin: "1234", email: null, maxMessages: null, maxSeconds: null, retentionDays: null };
let world: World;
let api: FakeSwitch;

beforeEach(async () => {
  world = await createWorld({
    configured: [
      { name: "bob", voicemail: DECLARED },
      { name: "carol", voicemail: { ...DECLARED, enabled: false } },
    ],
  });
  api = await startFakeSwitch({ mailboxes: world.boxes, domain: DOMAIN });
});
afterEach(async () => {
  await api.close();
  await world.remove();
});

/** The bytes of an answer, which are no text. */
async function fetchBytes(path: string, headers: Record<string, string> = {}, method = "GET") {
  const response = await fetch(api.url + path, { method, headers: { Authorization: `Bearer ${ADMIN}`, ...headers } });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes };
}

describe("mailboxes over HTTP", () => {
  it("are listed with their counts, and shown", async () => {
    await world.leave("alice");
    const { body } = await api.send("GET", "/v1/voicemail");
    expect(body.items.map((box: { mailbox: string; new: number }) => [box.mailbox, box.new])).toEqual([
      ["alice", 1],
      ["bob", 0],
    ]);
    expect((await api.send("GET", "/v1/voicemail/bob")).body).toEqual({
      mailbox: "bob",
      domain: DOMAIN,
      new: 0,
      saved: 0,
      hasPin: true,
      email: null,
      greetings: [],
      maxMessages: 100,
      maxSeconds: 180,
      retentionDays: null,
      managed: ["pin"],
    });
    for (const nobody of ["carol", "dave"]) expect((await api.send("GET", `/v1/voicemail/${nobody}`)).status).toBe(404);
  });

  it("are changed but for what the configuration declares, and show no PIN", async () => {
    const changed = await api.send("PATCH", "/v1/voicemail/alice", { json: { pin: "4711", email: "a@example.com" } });
    expect(changed.body).toMatchObject({ hasPin: true, email: "a@example.com" });
    expect(changed.text).not.toContain("4711");
    expect(await world.boxes.checkPin(DOMAIN, "alice", "4711")).toBe("right");
    const refused = await api.send("PATCH", "/v1/voicemail/bob", { json: { pin: "4711" } });
    expect([refused.status, refused.body.code]).toEqual([409, "managed-by-config"]);
    expect((await api.send("PATCH", "/v1/voicemail/bob", { json: { email: "b@example.com" } })).status).toBe(200);
    for (const json of [{ pin: "1" }, { email: "a@b\r\nBcc: c@d" }, { maxSeconds: 0 }, { pni: "1234" }]) {
      expect((await api.send("PATCH", "/v1/voicemail/alice", { json })).status).toBe(400);
    }
    expect((await api.send("PATCH", "/v1/voicemail/carol", { json: {} })).status).toBe(404);
  });

  it("are changed only by who has seen them, when asked so", async () => {
    const etag = (await api.send("GET", "/v1/voicemail/alice")).headers.get("etag") ?? "";
    const change = { json: { maxSeconds: 30 }, headers: { "If-Match": etag } };
    expect((await api.send("PATCH", "/v1/voicemail/alice", change)).status).toBe(200);
    expect((await api.send("PATCH", "/v1/voicemail/alice", change)).status).toBe(412);
  });

  it("are read and written by tokens that may", async () => {
    const reader = await api.token("reader", "voicemail:read");
    expect((await api.send("GET", "/v1/voicemail", { token: reader })).status).toBe(200);
    expect((await api.send("PATCH", "/v1/voicemail/alice", { token: reader, json: {} })).status).toBe(403);
  });
});

describe("messages over HTTP", () => {
  it("are listed newest first, by folder and page by page", async () => {
    const ids: string[] = [];
    for (let count = 0; count < 5; count++) {
      ids.unshift((await world.leave()).id);
      world.clock.advance(1000);
    }
    await world.boxes.move(DOMAIN, "alice", ids[1] ?? "", "saved");
    const path = "/v1/voicemail/alice/messages";
    const page = (await api.send("GET", `${path}?limit=3`)).body;
    const rest = (await api.send("GET", `${path}?limit=3&cursor=${page.next}`)).body;
    const idsOf = (body: { items: { id: string }[] }) => body.items.map(({ id }) => id);
    expect([...idsOf(page), ...idsOf(rest)]).toEqual(ids);
    expect(rest.next).toBeNull();
    expect(idsOf((await api.send("GET", `${path}?folder=saved`)).body)).toEqual([ids[1]]);
    expect((await api.send("GET", `${path}?folder=trash`)).status).toBe(400);
    expect((await api.send("GET", `${path}?cursor=nonsense`)).status).toBe(400);
    expect((await api.send("GET", `${path}/${ids[0]}`)).body).toMatchObject({ ...BOB, seconds: 2, folder: "new" });
    expect((await api.send("GET", `/v1/voicemail/bob/messages/${ids[0]}`)).status).toBe(404);
  });

  it("are moved, deleted, restored and erased", async () => {
    const { id } = await world.leave();
    const path = `/v1/voicemail/alice/messages/${id}`;
    expect((await api.send("PATCH", path, { json: { folder: "saved" } })).body.folder).toBe("saved");
    expect((await api.send("DELETE", path)).status).toBe(204);
    expect((await api.send("GET", path)).body.folder).toBe("deleted");
    expect((await api.send("PATCH", path, { json: { folder: "new" } })).body.folder).toBe("new");
    expect((await api.send("DELETE", `${path}?erase=true`)).status).toBe(204);
    for (const method of ["GET", "DELETE"]) expect((await api.send(method, path)).status).toBe(404);
    expect((await api.send("PATCH", path, { json: { folder: "new" } })).status).toBe(404);
  });

  it("are copied to another mailbox, once for each Idempotency-Key", async () => {
    const { id } = await world.leave();
    const path = `/v1/voicemail/alice/messages/${id}/copy`;
    const post = () => api.send("POST", path, { json: { to: "bob" }, headers: { "Idempotency-Key": "k1" } });
    const [first, second] = [await post(), await post()];
    expect([first.status, first.body.mailbox]).toEqual([201, "bob"]);
    expect(second.body).toEqual(first.body);
    expect((await api.send("GET", first.headers.get("location") ?? "")).body).toEqual(first.body);
    expect(await world.ids("bob")).toHaveLength(1);
    expect((await api.send("POST", path, { json: { to: "carol" } })).status).toBe(404);
  });
});

describe("the audio of a message", () => {
  const wav = wavBytes(2);
  let path: string;

  beforeEach(async () => {
    path = `/v1/voicemail/alice/messages/${(await world.leave()).id}/audio`;
  });

  it("is a WAV file that a browser keeps", async () => {
    const answer = await fetchBytes(path);
    expect(answer.status).toBe(200);
    expect(answer.bytes.equals(wav)).toBe(true);
    expect(answer.headers.get("content-type")).toBe("audio/wav");
    expect(answer.headers.get("content-length")).toBe(String(wav.length));
    expect(answer.headers.get("accept-ranges")).toBe("bytes");
    expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="voicemail-[a-z0-9]+\.wav"$/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it.each([
    ["bytes=0-43", 0, 43],
    ["bytes=100-", 100, wav.length - 1],
    ["bytes=-10", wav.length - 10, wav.length - 1],
    ["bytes=0-999999999", 0, wav.length - 1],
  ])("is had in part by %s", async (range, first, last) => {
    const answer = await fetchBytes(path, { Range: range });
    expect(answer.status).toBe(206);
    expect(answer.headers.get("content-range")).toBe(`bytes ${first}-${last}/${wav.length}`);
    expect(answer.bytes.equals(wav.subarray(first, last + 1))).toBe(true);
  });

  it.each(["bytes=5-1", "bytes=0-1,5-9", "seconds=0-1", "bytes=-", "bytes=x-1"])("is whole with %s", async (range) => {
    const answer = await fetchBytes(path, { Range: range });
    expect([answer.status, answer.bytes.length]).toEqual([200, wav.length]);
  });

  it("has no part behind its end", async () => {
    const answer = await api.send("GET", path, { headers: { Range: `bytes=${wav.length}-` } });
    expect([answer.status, answer.body.code]).toEqual([416, "range-not-satisfiable"]);
    expect(answer.headers.get("content-range")).toBe(`bytes */${wav.length}`);
  });

  it("is not sent to who has it, and whole to whose part is of another one", async () => {
    const etag = (await fetchBytes(path)).headers.get("etag") ?? "";
    expect((await fetchBytes(path, { "If-None-Match": etag })).status).toBe(304);
    expect((await fetchBytes(path, { Range: "bytes=0-1", "If-Range": etag })).status).toBe(206);
    expect((await fetchBytes(path, { Range: "bytes=0-1", "If-Range": '"other"' })).status).toBe(200);
  });

  it("is told by HEAD without a byte of it", async () => {
    const answer = await fetchBytes(path, { Range: "bytes=0-1" }, "HEAD");
    expect([answer.status, answer.bytes.length]).toEqual([200, 0]);
    expect(answer.headers.get("content-length")).toBe(String(wav.length));
  });

  it.each(["..%2f..%2f..%2ftoken", "%2e%2e", "x%00y", "../../../../token"])(
    "is never that of another file: %s",
    async (id) => {
      // fetch would take the dots out.
      const { hostname, port } = new URL(api.url);
      const socket = connect(Number(port), hostname);
      const target = `/v1/voicemail/alice/messages/${id}/audio`;
      socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ADMIN}\r\nConnection: close\r\n\r\n`);
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 404 /);
    },
  );
});

describe("greetings over HTTP", () => {
  const path = "/v1/voicemail/alice/greetings/busy";

  it("are set, had and removed", async () => {
    expect((await api.send("GET", path)).status).toBe(404);
    const body = wavBytes(1);
    expect((await api.send("PUT", path, { body, headers: { "Content-Type": "audio/wav" } })).status).toBe(204);
    expect((await fetchBytes(path)).bytes.equals(body)).toBe(true);
    expect((await fetchBytes(path, { Range: "bytes=0-9" })).status).toBe(206);
    const { items } = (await api.send("GET", "/v1/voicemail/alice/greetings")).body;
    expect(items.filter(({ isSet }: { isSet: boolean }) => isSet)).toEqual([{ kind: "busy", isSet: true }]);
    expect((await api.send("DELETE", path)).status).toBe(204);
    expect((await api.send("DELETE", path)).status).toBe(404);
  });

  it("are taken from curl -T, which names no type, and from no browser's form", async () => {
    expect((await api.send("PUT", path, { body: wavBytes(1) })).status).toBe(204);
    const form = { body: wavBytes(1), headers: { "Content-Type": "multipart/form-data" } };
    expect((await api.send("PUT", path, form)).status).toBe(415);
  });

  it("are refused where they are no WAV, empty, too long or too large", async () => {
    expect((await api.send("PUT", path, { body: "hello" })).body.detail).toMatch(/cannot be played/);
    expect((await api.send("PUT", path, { body: "" })).status).toBe(400);
    expect((await api.send("PUT", path, { body: wavBytes(61) })).body.detail).toMatch(/longer than 60 s/);
    expect((await api.send("PUT", path, { body: wavBytes(330) })).status).toBe(413);
    expect((await api.send("PUT", "/v1/voicemail/alice/greetings/loud", { body: wavBytes(1) })).status).toBe(400);
    expect((await api.send("PUT", "/v1/voicemail/carol/greetings/busy", { body: wavBytes(1) })).status).toBe(404);
    expect(world.boxes.settings(DOMAIN, "alice")?.greetings).toEqual([]);
  });
});
