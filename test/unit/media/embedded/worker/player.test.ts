import { beforeEach, describe, expect, it } from "vitest";
import { Player } from "../../../../../runtime/media/embedded/worker/player.ts";
import {
  ENDED,
  READY,
  type Sound,
  type SoundState,
  WAITING,
} from "../../../../../runtime/media/embedded/worker/sound.ts";
import type { AudioSource } from "../../../../../runtime/port/media.ts";

/** A sound of equal samples, that may be told to wait and to fail. */
class PlainSound implements Sound {
  stalled = false;
  failure: string | null = null;
  isClosed = false;
  #left: number;
  readonly #value: number;

  constructor(value: number, samples: number) {
    this.#value = value;
    this.#left = samples;
  }

  get state(): SoundState {
    if (this.failure !== null) return { type: "failed", message: this.failure };
    if (this.#left === 0) return ENDED;
    return this.stalled ? WAITING : READY;
  }

  read(into: Int16Array, at: number): number {
    if (this.stalled || this.failure !== null) return 0;
    const count = Math.min(this.#left, into.length - at);
    into.fill(this.#value, at, at + count);
    this.#left -= count;
    return count;
  }

  close(): void {
    this.isClosed = true;
  }
}

let sounds: PlainSound[];
let events: unknown[];
let player: Player;

beforeEach(() => {
  sounds = [];
  events = [];
  const open = (source: AudioSource) => {
    const [value, samples] = source.type === "file" ? source.file.split(" ").map(Number) : [];
    const sound = new PlainSound(value ?? 0, samples ?? 0);
    sounds.push(sound);
    return sound;
  };
  player = new Player({ open }, (event) => events.push(event));
});

const file = (value: number, samples: number): AudioSource => ({ type: "file", file: `${value} ${samples}` });

/** A frame as runs of equal samples. */
function runs(frame: Int16Array | null): string | null {
  if (frame === null) return null;
  const list: [number, number][] = [];
  for (const sample of frame) {
    const last = list.at(-1);
    if (last?.[0] === sample) last[1]++;
    else list.push([sample, 1]);
  }
  return list.map(([value, count]) => `${count}x${value}`).join(" ");
}

describe("the player", () => {
  it("joins sounds without a gap in the midst of a frame, and opens the next one ahead", () => {
    player.play(1, { sources: [file(1, 200), file(2, 100), file(3, 50)] });
    expect(runs(player.frame(8000))).toBe("160x1");
    expect(sounds).toHaveLength(2);
    expect(runs(player.frame(8000))).toBe("40x1 100x2 20x3");
    expect(events).toEqual([]);
    expect(runs(player.frame(8000))).toBe("30x3 130x0");
    expect(events).toEqual([{ type: "played", ticket: 1, end: "finished", ms: 44, message: null }]);
    expect(player.frame(8000)).toBeNull();
    expect(sounds.every(({ isClosed }) => isClosed)).toBe(true);
  });

  it("waits in silence for a sound that is not there yet, which counts as not heard", () => {
    player.play(1, { sources: [file(1, 100), file(2, 160)] });
    player.frame(8000);
    const second = sounds[1] as PlainSound;
    second.stalled = true;
    expect(runs(player.frame(8000))).toBe("160x0");
    expect(runs(player.frame(8000))).toBe("160x0");
    second.stalled = false;
    expect(runs(player.frame(8000))).toBe("100x2 60x0");
    expect(events).toMatchObject([{ end: "finished", ms: 33 }]);
  });

  it("fails with the sound that fails, and says what was heard before", () => {
    player.play(1, { sources: [file(1, 240), file(2, 160)] });
    player.frame(8000);
    (sounds[1] as PlainSound).failure = "it is broken";
    expect(runs(player.frame(8000))).toBe("80x1 80x0");
    expect(events).toEqual([{ type: "played", ticket: 1, end: "failed", ms: 30, message: "it is broken" }]);
    expect(player.isPlaying).toBe(false);
  });

  it("finishes a list without sources at once", () => {
    player.play(1, { sources: [], loop: true });
    expect(player.frame(8000)).toBeNull();
    expect(events).toMatchObject([{ end: "finished", ms: 0 }]);
  });

  it("does not go round and round in a loop of nothing", () => {
    player.play(1, { sources: [file(1, 0), file(2, 0)], loop: true });
    expect(player.frame(8000)).toBeNull();
    expect(events).toMatchObject([{ end: "failed", ms: 0 }]);
    player.play(2, { sources: [file(1, 0), file(2, 1)], loop: true });
    expect(runs(player.frame(8000))).toBe("160x2");
  });
});
