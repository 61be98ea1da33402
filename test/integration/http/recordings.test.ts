import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CallRecordings } from "../../../runtime/media/library/call-recordings.ts";
import { wavBytes, wavOf } from "../../helpers/wav.ts";
import { ADMIN, type FakeSwitch, startFakeSwitch } from "./fake-switch.ts";

const CALL = "0.call1";
const WHOLE = wavBytes(2);
let folder: string;
let api: FakeSwitch;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "recordings-"));
  const files = {
    [`example.com/${CALL}-aaaaaa.wav`]: WHOLE,
    // Its call is up: the header does not say how long it is.
    [`example.com/${CALL}-bbbbbb.wav`]: wavOf(new Int16Array(4000), 8000, { broken: true }),
    [`example.com/${CALL}-cccccc.wav`]: Buffer.from("a letter to my mother"),
    [`example.com/${CALL}-dddddd.txt`]: WHOLE,
    [`example.com/${CALL}0-eeeeee.wav`]: WHOLE,
    [`example.org/${CALL}-ffffff.wav`]: WHOLE,
    "secret.wav": WHOLE,
  };
  for (const name of ["example.com", "example.org"]) await mkdir(join(folder, name));
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  api = await startFakeSwitch({ recordings: new CallRecordings(folder), domain: "example.com" });
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true });
});

const audio = (call: string, recording: string) =>
  `/v1/calls/${encodeURIComponent(call)}/recordings/${encodeURIComponent(recording)}/audio`;

describe("recordings of a call over HTTP", () => {
  it("are listed with how long they are, and those of no other call, domain or kind", async () => {
    const { status, body } = await api.send("GET", `/v1/calls/${CALL}/recordings`);
    const writtenAt = expect.stringMatching(/^\d{4}-.*Z$/);
    expect([status, body]).toEqual([
      200,
      {
        items: [
          { id: `${CALL}-aaaaaa`, seconds: 2, bytes: 32_044, writtenAt },
          { id: `${CALL}-bbbbbb`, seconds: 0.5, bytes: 8044, writtenAt },
        ],
        next: null,
      },
    ]);
  });

  it("are listed page by page", async () => {
    const { body } = await api.send("GET", `/v1/calls/${CALL}/recordings?limit=1`);
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([`${CALL}-aaaaaa`]);
    const { body: rest } = await api.send("GET", `/v1/calls/${CALL}/recordings?limit=1&cursor=${body.next}`);
    expect(rest).toMatchObject({ items: [{ id: `${CALL}-bbbbbb` }], next: null });
  });

  it("are none of a call that has none, or that there is not", async () => {
    expect((await api.send("GET", "/v1/calls/nobody/recordings")).body).toEqual({ items: [], next: null });
  });

  it("are given as files, whole or the part that is asked for", async () => {
    const get = async (headers: Record<string, string> = {}) => {
      const response = await fetch(api.url + audio(CALL, `${CALL}-aaaaaa`), {
        headers: { Authorization: `Bearer ${ADMIN}`, ...headers },
      });
      return { response, bytes: Buffer.from(await response.arrayBuffer()) };
    };
    const whole = await get();
    expect([whole.response.status, whole.response.headers.get("content-type")]).toEqual([200, "audio/wav"]);
    expect(whole.bytes.equals(WHOLE)).toBe(true);
    const part = await get({ Range: "bytes=100-199" });
    expect([part.response.status, part.response.headers.get("content-range")]).toEqual([206, "bytes 100-199/32044"]);
    expect(part.bytes.equals(WHOLE.subarray(100, 200))).toBe(true);
  });

  it.each([
    [CALL, `${CALL}-zzzzzz`],
    [CALL, `${CALL}0-eeeeee`],
    [CALL, `${CALL}-/../../secret`],
    ["..", "../secret"],
    ["../x", "../x-/../../secret"],
  ])("of %s have no file %s", async (call, recording) => {
    expect((await api.send("GET", audio(call, recording))).status).toBe(404);
  });

  it("are heard by tokens that may", async () => {
    const [may, mayNot] = [await api.token("auditor", "recordings:read"), await api.token("viewer", "calls:read")];
    expect((await api.send("GET", `/v1/calls/${CALL}/recordings`, { token: may })).status).toBe(200);
    for (const path of [`/v1/calls/${CALL}/recordings`, audio(CALL, `${CALL}-aaaaaa`)]) {
      expect((await api.send("GET", path, { token: mayNot })).status).toBe(403);
    }
  });
});
