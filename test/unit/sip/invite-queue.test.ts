import { describe, expect, it } from "vitest";
import { InviteQueue, type InviteRank } from "../../../runtime/sip/invite-queue.ts";
import type { SipRequest } from "../../../runtime/sip/message/message.ts";
import { parseMessage } from "../../../runtime/sip/message/parse.ts";
import { serverKey } from "../../../runtime/sip/transaction/key.ts";
import type { Flow } from "../../../runtime/sip/transport/flow.ts";

const flow = { transport: "udp", remoteAddress: "192.0.2.1" } as Flow;

/** A process in which a new call costs so many milliseconds, and everything else nothing. */
class Process {
  now = 0;
  readonly served: string[] = [];
  readonly refused: string[] = [];
  readonly waits: number[] = [];
  readonly waitsOfRefused: number[] = [];
  isBehind = false;
  readonly #arrivals = new Map<string, number>();
  #next: (() => void) | null = null;
  readonly queue: InviteQueue;

  constructor(costMs: number) {
    this.queue = new InviteQueue(
      {
        now: () => this.now,
        next: (run) => {
          this.#next = run;
        },
      },
      {
        rankOf: ({ callId }) => callId.split("-")[0] as InviteRank | "urgent",
        isBehind: () => this.isBehind,
        serve: ({ callId }) => {
          this.served.push(callId);
          this.waits.push(this.now - (this.#arrivals.get(callId) ?? 0));
          this.now += costMs;
        },
        refuse: ({ callId }) => {
          this.refused.push(callId);
          this.waitsOfRefused.push(this.now - (this.#arrivals.get(callId) ?? 0));
        },
      },
    );
  }

  arrives(callId: string): void {
    this.#arrivals.set(callId, this.now);
    this.queue.noteRead();
    const request = invite(callId);
    this.queue.offer(request, flow, serverKey(request));
  }

  /** All that could be read has been read. */
  turn(): void {
    const run = this.#next;
    this.#next = null;
    run?.();
  }
}

function message(method: string, callId: string): SipRequest {
  const text = `${method} sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP c;branch=z9hG4bK${callId}\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: ${callId}\r\nCSeq: 1 ${method}\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n`;
  const outcome = parseMessage(text, "datagram");
  if (outcome.type !== "message" || outcome.message.type !== "request") throw new Error(text);
  return outcome.message;
}

const invite = (callId: string) => message("INVITE", callId);

/** Offers so many calls a second for some seconds, each turn reading what has come meanwhile. */
function load(process: Process, perSecond: number, seconds: number, rank = "stranger"): void {
  const end = process.now + seconds * 1000;
  let offered = 0;
  const start = process.now;
  while (process.now < end) {
    const due = Math.floor(((process.now - start) * perSecond) / 1000);
    while (offered < due) process.arrives(`${rank}-${offered++}`);
    process.turn();
    process.now += 0.1;
  }
}

describe("New calls", () => {
  it("are taken the moment they are read while the process is not busy", () => {
    const process = new Process(0.5);
    for (let count = 0; count < 100; count++) {
      process.arrives(`stranger-${count}`);
      process.turn();
    }
    expect(process.served).toHaveLength(100);
    expect(Math.max(...process.waits)).toBe(0);
  });

  it.each([1, 1.5, 2, 3, 10])("are taken as fast as the process can where %d times as many come", (factor) => {
    const process = new Process(1);
    load(process, 1000 * factor, 6);
    expect(process.served.length / 6).toBeGreaterThan(factor === 1 ? 850 : 800);
    // Whoever is refused hears so at once; whoever was let wait is served, and soon where it goes on.
    expect(Math.max(0, ...process.waitsOfRefused)).toBe(0);
    expect(Math.max(...process.waits)).toBeLessThan(1_200);
    expect(Math.max(...process.waits.slice(4_500))).toBeLessThan(150);
  });

  it("are all taken, though a second of them comes at once", () => {
    const process = new Process(0.5);
    load(process, 1000, 1);
    process.now += 1_000;
    for (let count = 0; count < 1_000; count++) process.arrives(`stranger-late${count}`);
    load(process, 1000, 3, "known");
    expect(process.refused).toEqual([]);
  });

  it("are all taken, however slow the process is, where a hundred come at once", () => {
    const process = new Process(20);
    for (let count = 0; count < 100; count++) process.arrives(`stranger-${count}`);
    for (let turns = 0; turns < 100; turns++) process.turn();
    expect([process.served.length, process.refused]).toEqual([100, []]);
  });

  it("are all taken, though a process that has much to do stands still for a moment", () => {
    const process = new Process(1);
    load(process, 700, 1);
    process.now += 200;
    for (let count = 0; count < 140; count++) process.arrives(`stranger-late${count}`);
    load(process, 700, 3);
    expect(process.refused).toEqual([]);
  });

  it("are all taken again once no more come than the process can take", () => {
    const process = new Process(1);
    load(process, 3000, 2);
    const { length } = process.refused;
    load(process, 500, 2, "known");
    expect(process.refused).toHaveLength(length);
  });

  it("may wait in a burst again, once an overload is over", () => {
    const process = new Process(1);
    load(process, 3000, 4);
    load(process, 500, 1);
    const { length } = process.refused;
    for (let count = 0; count < 500; count++) process.arrives(`stranger-late${count}`);
    expect(process.refused).toHaveLength(length);
  });

  it("wait in a short line for as long as an overload lasts, though nobody waits for a moment", () => {
    const process = new Process(1);
    load(process, 3000, 4);
    for (let turns = 0; turns < 100; turns++) process.turn();
    expect(process.queue.length).toBe(0);
    const { length } = process.refused;
    for (let count = 0; count < 500; count++) process.arrives(`stranger-late${count}`);
    expect(process.refused.length - length).toBeGreaterThan(390);
  });

  it("of strangers are refused first", () => {
    const process = new Process(1);
    const start = process.now;
    let offered = 0;
    while (process.now < start + 5_000) {
      const due = Math.floor((process.now - start) * 3);
      for (; offered < due; offered++) process.arrives(`${offered % 6 === 0 ? "known" : "stranger"}-${offered}`);
      process.turn();
      process.now += 0.1;
    }
    expect(process.refused.filter((callId) => callId.startsWith("known"))).toEqual([]);
    expect(process.refused.length).toBeGreaterThan(5_000);
  });

  it("to emergency numbers never wait", () => {
    const process = new Process(1);
    for (let count = 0; count < 500; count++) process.arrives(`stranger-${count}`);
    process.arrives("urgent-1");
    expect(process.served.at(-1)).toBe("urgent-1");
  });

  it("are refused at once while scripts are behind, emergency calls excepted", () => {
    const process = new Process(0);
    process.isBehind = true;
    process.arrives("known-1");
    process.arrives("urgent-1");
    expect([process.refused, process.served]).toEqual([["known-1"], ["urgent-1"]]);
  });

  it("wait while the socket is not read to its end: calls that are up come first", () => {
    const process = new Process(0.4);
    const muchIsRead = () => {
      for (let count = 0; count < 40; count++) process.queue.noteRead();
      process.turn();
      process.now += 5;
    };
    for (let turns = 0; turns < 10; turns++) muchIsRead();
    for (let count = 0; count < 40; count++) process.arrives(`${count === 39 ? "known" : "stranger"}-${count}`);
    muchIsRead();
    expect(process.served).toEqual(["known-39"]);
    for (let turns = 0; turns < 3; turns++) process.turn();
    expect(process.served.length).toBeGreaterThan(2);
  });

  it("are served together where more waits in the socket than is read, for a moment every 10 ms", () => {
    const process = new Process(0.1);
    const batches: { at: number; size: number }[] = [];
    for (let offered = 0; process.now < 100; process.now += 2) {
      for (let count = 0; count < 40; count++) process.arrives(`known-${offered++}`);
      const [{ length }, at] = [process.served, process.now];
      process.turn();
      if (process.served.length > length) batches.push({ at, size: process.served.length - length });
    }
    for (const [index, { at }] of batches.entries())
      if (index > 0) expect(at - (batches[index - 1]?.at ?? 0)).toBeGreaterThanOrEqual(10);
    expect(batches).toHaveLength(10);
    expect(batches[1]?.size).toBeGreaterThan(10);
    expect(Math.max(...batches.map(({ size }) => size))).toBeLessThanOrEqual(16);
  });

  it("are all taken after a pause of the process", () => {
    const process = new Process(0.1);
    for (let count = 0; count < 20; count++) process.arrives(`stranger-${count}`);
    process.now += 300;
    for (let count = 20; count < 100; count++) process.arrives(`stranger-${count}`);
    for (let turns = 0; turns < 50; turns++) process.turn();
    expect([process.served.length, process.refused]).toEqual([100, []]);
  });

  it("of strangers are refused once those whom we know have taken all the time for seconds", () => {
    const process = new Process(1);
    for (let count = 0; count < 20; count++) process.arrives(`stranger-${count}`);
    for (let count = 0; process.now < 4_000; count++) {
      process.arrives(`known-${count}`);
      process.turn();
    }
    expect(process.refused).toEqual([]);
    for (let count = 0; count < 10; count++) {
      process.arrives(`known-late${count}`);
      process.turn();
    }
    expect(process.refused).toHaveLength(16);
  });

  it("that come again while they wait are no further calls", () => {
    const process = new Process(1);
    for (let count = 0; count < 20; count++) process.arrives(`stranger-${count}`);
    expect(process.queue.holds(serverKey(invite("stranger-3")))).toBe(false);
    expect(process.queue.holds(serverKey(invite("stranger-15")))).toBe(true);
    expect(process.queue.holds(serverKey(message("CANCEL", "stranger-15")))).toBe(false);
  });

  it("that are given up are taken, so that they can be cancelled", () => {
    const process = new Process(0.1);
    for (let count = 0; count < 20; count++) process.arrives(`stranger-${count}`);
    process.queue.cancelled(message("CANCEL", "stranger-15"));
    expect(process.served.at(-1)).toBe("stranger-15");
    for (let turns = 0; turns < 10; turns++) process.turn();
    expect(process.served.filter((callId) => callId === "stranger-15")).toHaveLength(1);
    expect(process.queue.length).toBe(0);
  });
});
