import { readFile } from "node:fs/promises";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readPcm } from "../../../helpers/wav.ts";
import { TestPlane } from "./plane.ts";
import { chirp, find, inPackets, toMuLaw } from "./sounds.ts";

let test: TestPlane;
/** The threads that this process has started. */
let workers: Worker[];

const note = (worker: Worker) => workers.push(worker);

beforeEach(async () => {
  workers = [];
  process.on("worker", note);
  test = await TestPlane.start({ codecs: ["opus", "PCMU"] });
});

afterEach(async () => {
  process.off("worker", note);
  await test.stop();
});

describe("the death of a media worker", () => {
  it("fails its endpoints, keeps what was recorded as a whole file, and a new worker takes its place", async () => {
    const line = await test.line();
    const file = test.file("lost.wav");
    line.endpoint.record(3, { file, what: "received", maxMs: 60_000 });
    await line.endpoint.stats();
    const voice = chirp(3000);
    await line.peer.send(line.local, inPackets(toMuLaw(voice)));
    const stats = line.endpoint.stats();
    await workers[0]?.terminate();
    expect(await line.owner.next("failed")).toMatchObject({ reason: "lost" });
    expect(await stats).toMatchObject({ roundTripMs: null });
    const recorded = await line.owner.next("recorded");
    expect(recorded).toMatchObject({ ticket: 3, end: "lost", file, message: null });
    const { channels } = readPcm(await readFile(file));
    const pcm = channels[0] ?? new Int16Array(0);
    expect(recorded.ms).toBe(Math.floor(pcm.length / 8));
    // What was still in the jitter buffer, or gathered for the next write, is gone.
    expect(recorded.ms).toBeGreaterThan(2300);
    expect(recorded.spokenMs).toBeGreaterThan(1500);
    expect(find(voice.subarray(0, 16_000), pcm).likeness).toBeGreaterThan(0.95);
    expect(test.plane.endpoints).toBe(0);
    expect(test.complaints).toHaveLength(1);
    expect(test.complaints[0]).toMatch(/media worker died/);
    const next = await test.line();
    await next.peer.packets(3);
    expect(test.plane.counters()).toMatchObject({ workersLost: 1, failedLost: 1 });
  });

  it("takes for spoken what nobody has listened to: somebody who had only begun has left a message", async () => {
    const line = await test.line();
    line.endpoint.record(3, { file: test.file("short.wav"), what: "received", maxMs: 60_000 });
    await line.endpoint.stats();
    await line.peer.send(line.local, inPackets(toMuLaw(chirp(1600))));
    void workers[0]?.terminate();
    const recorded = await line.owner.next("recorded");
    expect(recorded.ms).toBeGreaterThan(900);
    expect(recorded.spokenMs).toBe(recorded.ms);
  });

  it("tells of a recording that has no file yet", async () => {
    const line = await test.line();
    line.endpoint.record(3, { file: test.file("none/none.wav"), what: "received", maxMs: 60_000 });
    void workers[0]?.terminate();
    const recorded = await line.owner.next("recorded");
    expect(recorded.message).toMatch(/ENOENT/);
  });
});
