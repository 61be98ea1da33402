import { describe, expect, it } from "vitest";
import type { Journaled, Sections } from "../../../runtime/port/call-journal.ts";
import { CallLog, SEGMENT_BYTES } from "../../../runtime/recovery/call-log.ts";
import { readCalls } from "../../../runtime/recovery/read-calls.ts";
import { seededRandom } from "../../../runtime/simulator/network/sim-net.ts";
import { MemoryFiles } from "../switch/recovery/memory-files.ts";

class FakeCall implements Journaled {
  readonly id: string;
  head: object;
  value: Sections;
  isOver = false;
  #told: Sections | null = null;

  constructor(id: string, value: Sections = { n: 0 }) {
    this.id = id;
    this.head = { of: id };
    this.value = value;
  }

  tail(): Sections {
    this.#told = this.value;
    return this.value;
  }

  changes(): Sections | null {
    return this.#told === this.value ? null : this.tail();
  }

  recordStored(): void {
    this.isOver = true;
  }
}

function desk() {
  const files = new MemoryFiles();
  const steps: string[] = [];
  const waiting: (() => void)[] = [];
  const retries: (() => void)[] = [];
  const said: string[] = [];
  let isFull = false;
  const own = files.of(0);
  const log = new CallLog({
    files: {
      ...own,
      write: (bytes) => {
        if (isFull) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
        steps.push("write");
        own.write(bytes);
      },
    },
    defer: (work) => void waiting.push(work),
    retry: (work) => void retries.push(work),
    wire: { hold: () => void steps.push("hold"), release: () => void steps.push("release") },
    log: { debug() {}, info() {}, warn() {}, error: (text) => void said.push(text) },
    now: () => 0,
  });
  return {
    log,
    files,
    steps,
    said,
    turn: (): void => {
      for (const work of waiting.splice(0)) work();
    },
    retry: (): void => {
      for (const work of retries.splice(0)) work();
    },
    setFull: (value: boolean): void => {
      isFull = value;
    },
    stored: () => readCalls(files.all()).calls,
  };
}

describe("The journal of calls", () => {
  it("writes once in a turn, whatever happens in it, and lets go what was sent only then", () => {
    const { log, steps, turn, stored } = desk();
    const [one, other] = [new FakeCall("1"), new FakeCall("2")];
    log.touch(one);
    log.touch(other);
    log.touch(one);
    expect(steps).toEqual(["hold"]);
    expect(stored()).toEqual([]);
    turn();
    // The beginning of the file is the first of the two.
    expect(steps).toEqual(["hold", "write", "write", "release"]);
    expect(stored()).toEqual([
      { id: "1", head: { of: "1" }, tail: { n: 0 } },
      { id: "2", head: { of: "2" }, tail: { n: 0 } },
    ]);
    one.value = { n: 1 };
    log.touch(one);
    turn();
    expect(steps.slice(4)).toEqual(["hold", "write", "release"]);
    expect(stored()[0]).toEqual({ id: "1", head: { of: "1" }, tail: { n: 1 } });
  });

  it("writes nothing where nothing has changed", () => {
    const { log, steps, turn, files } = desk();
    const call = new FakeCall("1");
    log.touch(call);
    turn();
    const { bytes } = files;
    log.touch(call);
    turn();
    expect(files.bytes).toBe(bytes);
    expect(steps.at(-1)).toBe("release");
  });

  it("keeps a call that has ended until its record is safe", () => {
    const { log, turn, stored } = desk();
    const call = new FakeCall("1", { end: "answered" });
    log.touch(call);
    turn();
    expect(stored()).toHaveLength(1);
    log.recordStored("1");
    turn();
    expect(stored()).toEqual([]);
    expect(log.figures.calls).toBe(0);
    log.recordStored("1");
    log.recordStored("unknown");
    turn();
    expect(stored()).toEqual([]);
  });

  it("writes the head again where it is another one", () => {
    const { log, turn, stored } = desk();
    const call = new FakeCall("1");
    log.touch(call);
    turn();
    call.head = { of: "another" };
    log.touch(call);
    turn();
    expect(stored()).toEqual([{ id: "1", head: { of: "another" }, tail: { n: 0 } }]);
  });

  it("lets a call whose record cannot be made cost no other call anything", () => {
    const { log, turn, stored, said } = desk();
    const broken = new FakeCall("1");
    broken.tail = () => {
      throw new Error("a bug");
    };
    log.touch(broken);
    log.touch(new FakeCall("2"));
    turn();
    expect(stored().map(({ id }) => id)).toEqual(["2"]);
    expect(said).toEqual(["A call could not be written down"]);
  });

  it("lets calls go on where the disk is full, says so once, and writes all that is missing once there is room", () => {
    const { log, turn, stored, said, steps, setFull, retry, files } = desk();
    const calls = Array.from({ length: 5 }, (_, index) => new FakeCall(`c${index}`));
    log.touch(calls[0] as FakeCall);
    turn();
    setFull(true);
    for (const call of calls) {
      call.value = { n: 2 };
      log.touch(call);
      turn();
      expect(steps.at(-1)).toBe("release");
    }
    expect(said).toHaveLength(1);
    expect(log.figures.failures).toBe(5);
    setFull(false);
    retry();
    turn();
    expect(stored().map(({ id, tail }) => [id, tail])).toEqual(calls.map(({ id }) => [id, { n: 2 }]));
    expect(files.numbers().length).toBeLessThanOrEqual(2);
  });

  it("removes the files of an earlier process once what has been taken over is written, and not before", () => {
    const { log, files, turn, retry, setFull } = desk();
    const earlier = files.of(1);
    const number = earlier.begin();
    earlier.write(Buffer.from("calls"));
    setFull(true);
    log.touch(new FakeCall("1"));
    log.supersede([number]);
    expect(files.numbers()).toContain(number);
    setFull(false);
    retry();
    turn();
    expect(files.numbers()).toHaveLength(1);
    expect(files.numbers()).not.toContain(number);
  });

  it("removes the files of an earlier process at once where nothing has been taken over", () => {
    const { log, files } = desk();
    const number = files.of(1).begin();
    log.supersede([number]);
    expect(files.numbers()).toEqual([]);
  });

  it("stays within a few times what the live calls need, and loses none of them, while many come and go", () => {
    const { log, turn, files, stored } = desk();
    const filler = "x".repeat(4_000);
    const random = seededRandom(3);
    const live = new Map<string, FakeCall>();
    let most = 0;
    for (let round = 0; round < 6_000; round++) {
      for (let begun = 0; begun < 3; begun++) {
        const call = new FakeCall(`c${round}-${begun}`, { filler, n: 0 });
        live.set(call.id, call);
        log.touch(call);
      }
      const ending = [...live.keys()].filter(() => random() < 3 / live.size).slice(0, live.size > 300 ? 6 : 2);
      for (const id of ending) {
        live.delete(id);
        log.recordStored(id);
      }
      for (const call of live.values()) {
        if (random() > 0.02) continue;
        call.value = { filler, n: round };
        log.touch(call);
      }
      turn();
      most = Math.max(most, log.figures.bytes);
    }
    expect(most).toBeLessThan(6 * SEGMENT_BYTES);
    expect(log.figures.bytes).toBe(files.bytes);
    const expected = [...live.values()].map(({ id, value }) => [id, value.n]);
    const found = stored().map(({ id, tail }) => [id, (tail as { readonly n: number }).n]);
    expect(found.sort()).toEqual(expected.sort());
  });
});
