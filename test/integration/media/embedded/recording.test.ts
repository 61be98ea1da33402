import { execFile } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../../helpers/until.ts";
import { readPcm, wavOf } from "../../../helpers/wav.ts";
import { type Line, TestPlane } from "./plane.ts";
import { chirp, find, inPackets, joinPcm, rms, share, sine, toMuLaw } from "./sounds.ts";

let test: TestPlane;
let names = 0;

beforeAll(async () => {
  test = await TestPlane.start({}, 80);
});

afterAll(() => test.stop());

const newFile = () => test.file(`recording-${++names}.wav`);

/** Says something to an endpoint, when it has done what it was asked to do. */
async function say(line: Line, pcm: Int16Array, fate?: (index: number) => "lost" | number): Promise<void> {
  await line.endpoint.stats();
  await line.peer.send(line.local, inPackets(toMuLaw(pcm)), fate === undefined ? {} : { fate });
}

async function recorded(line: Line, ticket = 1) {
  const event = await until("the recording", () => line.owner.all("recorded").find((each) => each.ticket === ticket));
  return { event, wav: readPcm(await readFile(event.file)) };
}

function channel(wav: ReturnType<typeof readPcm>, index: number): Int16Array {
  const pcm = wav.channels[index];
  if (pcm === undefined) throw new Error(`The file has no channel ${index}.`);
  return pcm;
}

describe("a recording of what is received", () => {
  it("holds what was said, as loud and as long as it was said", async () => {
    const line = await test.line();
    const voice = chirp(1500);
    line.endpoint.record(1, { file: newFile(), what: "received", maxMs: 60_000 });
    await say(line, joinPcm([voice, new Int16Array(4000)]));
    line.endpoint.stopRecording();
    const { event, wav } = await recorded(line);
    expect(event).toMatchObject({ type: "recorded", end: "stopped", message: null });
    expect(wav.rate).toBe(8000);
    expect(wav.channels).toHaveLength(1);
    const pcm = channel(wav, 0);
    expect(event.ms).toBe(Math.floor(pcm.length / 8));
    const { lag, likeness } = find(voice, pcm);
    expect(likeness).toBeGreaterThan(0.999);
    expect(rms(pcm.subarray(lag, lag + voice.length)) / rms(voice)).toBeCloseTo(1, 2);
    expect(lag / 8).toBeLessThan(150);
    expect(event.spokenMs).toBeGreaterThan(1300);
    expect(event.spokenMs).toBeLessThan(1900);
  });

  it("is in order and in time although packets come out of order and late", async () => {
    const line = await test.line();
    const voice = chirp(2000);
    line.endpoint.record(1, { file: newFile(), what: "received", maxMs: 60_000 });
    await say(line, joinPcm([voice, new Int16Array(4000)]), (index) => (index * 7919) % 31);
    line.endpoint.stopRecording();
    const { wav } = await recorded(line);
    const tail = voice.subarray(4000);
    expect(find(tail, channel(wav, 0)).likeness).toBeGreaterThan(0.97);
  });

  it("conceals what was lost, and keeps its time", async () => {
    const line = await test.line();
    const voice = sine(400, 2000);
    line.endpoint.record(1, { file: newFile(), what: "received", maxMs: 60_000 });
    await say(line, joinPcm([voice, new Int16Array(4000)]), (index) => (index % 10 === 7 ? "lost" : 0));
    line.endpoint.stopRecording();
    const { wav } = await recorded(line);
    const pcm = channel(wav, 0);
    const begin = pcm.findIndex((sample) => sample > 1000);
    const said = pcm.subarray(begin, begin + 15_900);
    expect(share(said, 400)).toBeGreaterThan(0.9);
    expect(quietMs(said)).toBe(0);
    expect((await line.endpoint.stats()).packetsLost).toBe(12);
  });

  it("leaves out what is said while it is paused", async () => {
    const line = await test.line();
    line.endpoint.record(1, { file: newFile(), what: "received", maxMs: 60_000 });
    await say(line, sine(500, 600));
    line.endpoint.pauseRecording(true);
    await say(line, sine(900, 600));
    line.endpoint.pauseRecording(false);
    await say(line, sine(1300, 600));
    line.endpoint.stopRecording();
    const { event, wav } = await recorded(line);
    const pcm = channel(wav, 0);
    expect(Math.abs(event.ms - 1200)).toBeLessThan(80);
    expect(share(pcm.subarray(1200, 4000), 500)).toBeGreaterThan(0.95);
    expect(share(pcm.subarray(5600, 8800), 1300)).toBeGreaterThan(0.9);
  });

  it("stops at its limit, to the millisecond", async () => {
    const line = await test.line();
    line.endpoint.record(1, { file: newFile(), what: "received", maxMs: 510 });
    const { event, wav } = await recorded(line);
    expect(event).toMatchObject({ end: "limit", ms: 510, spokenMs: 0 });
    expect(channel(wav, 0)).toHaveLength(4080);
  });

  it("stops after silence, and the silence is cut off", async () => {
    const line = await test.line();
    const voice = chirp(1000);
    line.endpoint.record(1, { file: newFile(), what: "received", maxMs: 60_000, silenceMs: 800 });
    await say(line, joinPcm([voice, new Int16Array(12_000)]));
    const { event, wav } = await recorded(line);
    expect(event.end).toBe("silence");
    expect(event.ms).toBeGreaterThan(1000);
    expect(event.ms).toBeLessThan(1500);
    expect(find(voice, channel(wav, 0)).likeness).toBeGreaterThan(0.999);
  });

  it("is nothing where nobody speaks until the silence is over", async () => {
    const line = await test.line();
    line.endpoint.record(1, { file: newFile(), what: "received", maxMs: 60_000, silenceMs: 400 });
    expect((await recorded(line)).event).toMatchObject({ end: "silence", ms: 0, spokenMs: 0 });
  });

  it("is whole when the endpoint is closed in its midst", async () => {
    const line = await test.line();
    line.endpoint.record(1, { file: newFile(), what: "received", maxMs: 60_000 });
    const voice = chirp(700);
    await say(line, joinPcm([voice, new Int16Array(1600)]));
    line.endpoint.close();
    const { event, wav } = await recorded(line);
    expect(event.end).toBe("stopped");
    expect(find(voice, channel(wav, 0)).likeness).toBeGreaterThan(0.999);
    expect((await stat(event.file)).mode & 0o777).toBe(0o600);
  });

  it("fails with a reason where it cannot be written, where another runs, and where the file is there already", async () => {
    const line = await test.line();
    line.endpoint.record(1, { file: test.file("no-folder/x.wav"), what: "received", maxMs: 60_000 });
    await line.owner.next("recorded");
    const file = newFile();
    line.endpoint.record(2, { file, what: "received", maxMs: 60_000 });
    line.endpoint.record(3, { file: newFile(), what: "received", maxMs: 60_000 });
    line.endpoint.stopRecording();
    await until("all three", () => line.owner.all("recorded").length === 3);
    line.endpoint.record(4, { file, what: "received", maxMs: 60_000 });
    await until("the fourth", () => line.owner.all("recorded").length === 4);
    expect(line.owner.all("recorded").map(({ ticket, end, message }) => ({ ticket, end, message }))).toEqual([
      { ticket: 1, end: "failed", message: expect.stringMatching(/ENOENT/) },
      { ticket: 3, end: "failed", message: "another recording runs at this endpoint" },
      { ticket: 2, end: "stopped", message: null },
      { ticket: 4, end: "failed", message: expect.stringMatching(/EEXIST/) },
    ]);
    await line.peer.packets(3);
  });

  it("fails when the disk takes no more, keeps what it has taken, and the call goes on", async () => {
    const line = await test.line();
    line.endpoint.record(1, { file: newFile(), what: "received", maxMs: 60_000 });
    // A file of this process may not become larger than 20 KB, which is 1.25 s.
    await limitFiles("20000");
    try {
      await say(line, sine(500, 2400));
      const { event } = await recorded(line);
      expect(event).toMatchObject({ end: "failed", message: expect.stringMatching(/cannot be written: EFBIG/) });
    } finally {
      await limitFiles("unlimited");
    }
    const { wav, event } = await recorded(line);
    expect(share(channel(wav, 0).subarray(1600), 500)).toBeGreaterThan(0.95);
    expect(event.ms).toBeGreaterThan(1000);
    await line.peer.packets(3);
  });
});

describe("a recording of both", () => {
  it("has left what is heard and right what is sent, in step with each other and with time", async () => {
    const [theirs, ours] = [chirp(800, 9000), sine(700, 800)];
    const line = await test.line();
    await writeFile(test.file("ours.wav"), wavOf(ours));
    line.endpoint.record(1, { file: newFile(), what: "both", maxMs: 60_000 });
    await say(line, theirs);
    // Nothing comes now for a while, and then again.
    line.endpoint.play(9, {
      sources: [
        { type: "silence", ms: 200 },
        { type: "file", file: test.file("ours.wav") },
      ],
    });
    await line.owner.next("played");
    await say(line, joinPcm([theirs, new Int16Array(1600)]));
    line.endpoint.stopRecording();
    const { event, wav } = await recorded(line);
    const [left, right] = [channel(wav, 0), channel(wav, 1)];
    expect(left).toHaveLength(right.length);
    expect(event.ms).toBe(Math.floor(left.length / 8));
    const first = find(theirs, left.subarray(0, 8000));
    const played = find(ours, right);
    const second = find(theirs, left.subarray(12_000));
    expect(first.likeness).toBeGreaterThan(0.999);
    expect(played.likeness).toBeGreaterThan(0.999);
    expect(second.likeness).toBeGreaterThan(0.999);
    // From the first word to the second 800 ms of it, 200 of silence and 800 of ours went by, and some for each step.
    const betweenMs = (12_000 + second.lag - first.lag) / 8;
    expect(betweenMs).toBeGreaterThan(1780);
    expect(betweenMs).toBeLessThan(2000);
    expect(rms(left.subarray(played.lag, played.lag + ours.length))).toBe(0);
  });
});

function quietMs(pcm: Int16Array): number {
  let quiet = 0;
  for (let at = 0; at + 160 <= pcm.length; at += 160) if (rms(pcm.subarray(at, at + 160)) < 500) quiet += 20;
  return quiet;
}

/** How large a file of this process may become, in octets. */
async function limitFiles(limit: string): Promise<void> {
  await promisify(execFile)("prlimit", ["--pid", String(process.pid), `--fsize=${limit}:`]);
}
