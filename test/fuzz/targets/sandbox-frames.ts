/** What a script host writes that a script has taken over: the same frames however they are split, and each a value. */
import { deepStrictEqual } from "node:assert";
import fc from "fast-check";
import { Backlog } from "../../../runtime/sandbox/backlog.ts";
import { Entry } from "../../../runtime/sandbox/entry.ts";
import { FrameBatch, FrameReader, toAscii } from "../../../runtime/sandbox/frame.ts";
import { HostFrames, type HostWork } from "../../../runtime/sandbox/host-frames.ts";
import { DEFAULT_LIMITS } from "../../../runtime/sandbox/limits.ts";
import { TO_SWITCH, writeNumbered, writeOperation } from "../../../runtime/sandbox/protocol.ts";
import { decisions } from "../grammar/decisions.ts";
import { mutated } from "../mutate/bytes.ts";
import { Chance, numberOf } from "../mutate/chance.ts";
import { mutatedJson } from "../mutate/json.ts";
import { holds, type Target } from "../runner/target.ts";

const LIMIT_BYTES = 65_536;
const ENTRIES = 4;

export const sandboxFrames: Target = {
  samples: samples(),
  inputs: (seeds) =>
    fc.oneof(
      {
        weight: 2,
        arbitrary: mutated(seeds, {
          words: ["\x05\0\0\0", "\xff\xff\xff\xff", "\x02\x01\0\0\0", "\n", '{"reason":"threw"}', "\0\0\0\0"],
        }),
      },
      { weight: 1, arbitrary: mutatedJson(decisions).map((json) => framed(returned(toAscii(json)))) },
    ),
  run(input) {
    const bytes = Buffer.from(input, "latin1");
    const whole = read(bytes, []);
    deepStrictEqual(read(bytes, cuts(bytes.length, new Chance(numberOf(input)))), whole);
    hear(bytes);
    toAscii(input);
  },
};

function read(bytes: Buffer, places: readonly number[]): { frames: string[]; isSound: boolean } {
  const frames: string[] = [];
  const reader = new FrameReader(LIMIT_BYTES, (buffer, start, end) =>
    frames.push(buffer.toString("latin1", start, end)),
  );
  let isSound = true;
  let from = 0;
  for (const place of [...places, bytes.length]) {
    isSound &&= reader.push(bytes.subarray(from, place));
    from = place;
  }
  return { frames, isSound };
}

function cuts(length: number, chance: Chance): number[] {
  return Array.from({ length: chance.below(6) }, () => chance.below(length + 1)).sort((a, b) => a - b);
}

/** All that the switch makes of it, with a few entries on their way. */
function hear(bytes: Buffer): void {
  const backlog = new Backlog();
  const pending = new Map<number, Entry>();
  const outcomes: string[] = [];
  for (let id = 1; id <= ENTRIES; id++) {
    const entry = new Entry(id, version, null, 0);
    entry.id = id;
    backlog.push(entry);
  }
  const work = {
    backlog,
    pending: {
      get: (id: number) => pending.get(id),
      add: (entry: Entry) => void pending.set(entry.id, entry),
      remove: (entry: Entry) => void pending.delete(entry.id),
    },
    watch: { begin: () => {} },
    debuggers: null,
  } as unknown as HostWork; // As far as frames need it.
  let isLost = false;
  const host = {
    get isLost() {
      return isLost;
    },
    ready: () => {},
    gone: () => {
      isLost = true;
    },
    abort: () => {},
  };
  const listener = {
    outcome: (entry: Entry, outcome: { type: string }) => void outcomes.push(`${entry.id} ${outcome.type}`),
    logLine: () => {},
    operation: () => {},
  };
  const frames = new HostFrames(host, work, listener, DEFAULT_LIMITS);
  const reader = new FrameReader(LIMIT_BYTES, (buffer, start, end) => frames.frame(buffer, start, end));
  if (!reader.push(bytes)) frames.gone();
  frames.drained();
  holds(outcomes.length <= ENTRIES, "An entry has more than one outcome.");
}

const version = {} as never; // Nobody looks at it here.

function returned(text: string): (batch: FrameBatch) => void {
  return (batch) => writeOperation(batch, TO_SWITCH.returned, 1, 20, `${text}\n`);
}

function framed(write: (batch: FrameBatch) => void): string {
  const batch = new FrameBatch();
  write(batch);
  return batch.take().toString("latin1");
}

function samples(): string[] {
  const fault = '{"reason":"threw","message":"m","line":1,"column":2,"stack":"s"}';
  return [
    framed(returned(decisions[0] ?? "")) + framed((batch) => writeNumbered(batch, TO_SWITCH.pending, 2)),
    framed((batch) => writeNumbered(batch, TO_SWITCH.ready, 0)) +
      framed((batch) => writeOperation(batch, TO_SWITCH.fault, 1, 9, fault)),
    framed((batch) => writeOperation(batch, TO_SWITCH.operation, 1, 1, 'kv.get\n{"key":"a"}')) +
      framed((batch) => writeNumbered(batch, TO_SWITCH.resumed, 1)),
    framed((batch) => writeNumbered(batch, TO_SWITCH.log, 1, '[2,"text"]')) +
      framed((batch) => writeNumbered(batch, TO_SWITCH.grown, 1)),
  ];
}
