import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../runtime/simulator/network/sim-net.ts";
import type { Figures, TimedFigures } from "../../soak/sample/figures.ts";
import { type Quantity, quantities } from "../../soak/verdict/quantities.ts";
import { judge } from "../../soak/verdict/verdict.ts";

const HEAP: Quantity = { name: "heap of the switch", unit: "MB", perHour: 6, noise: 2, left: null };
const CALLS: Quantity = { name: "calls", unit: "count", perHour: 20, noise: 8, left: 0 };

const nothing = Object.fromEntries(quantities.map(({ name }) => [name, 0])) as unknown as Figures;

const SAMPLES = 120;

/** As many samples as a run takes. */
function series(minutes: number, name: keyof Figures, at: (seconds: number) => number | null): TimedFigures[] {
  return Array.from({ length: SAMPLES }, (_, index) => {
    const seconds = (index * minutes * 60) / SAMPLES;
    return { seconds, figures: { ...nothing, [name]: at(seconds) } };
  });
}

function verdictOf(quantity: Quantity, samples: readonly TimedFigures[], after: Partial<Figures> = {}) {
  const [row] = judge({ before: nothing, samples, after: { ...nothing, ...after } }, [quantity]);
  return row?.verdict;
}

describe("A quantity is", () => {
  it("flat where it goes up and down by chance, in a short run as in a long one", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = seededRandom(seed);
      const minutes = seed % 2 === 0 ? 2 : 20;
      const samples = series(minutes, HEAP.name, () => 50 + random() * 8);
      expect(verdictOf(HEAP, samples), `seed ${seed}`).toBe("flat");
    }
  });

  it.each([2, 20, 600])("growing where there is a leak under the noise, over %i minutes", (minutes) => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = seededRandom(seed);
      const leakPerSecond = Math.max(12 / (minutes * 60), 8 / 3600);
      const samples = series(minutes, HEAP.name, (seconds) => 50 + random() * 8 + seconds * leakPerSecond);
      expect(verdictOf(HEAP, samples), `seed ${seed}`).toBe("grows");
    }
  });

  it("flat where it is a saw whose teeth return to the same place", () => {
    expect(
      verdictOf(
        HEAP,
        series(20, HEAP.name, (seconds) => 50 + (seconds % 70)),
      ),
    ).toBe("flat");
  });

  it("flat where it was large for a moment, however large", () => {
    expect(
      verdictOf(
        HEAP,
        series(20, HEAP.name, (seconds) => (seconds > 1_000 ? 500 : 50)),
      ),
    ).toBe("flat");
  });

  it("flat where it falls, and where it grows by less than is tolerated an hour", () => {
    expect(
      verdictOf(
        HEAP,
        series(20, HEAP.name, (seconds) => 90 - seconds / 100),
      ),
    ).toBe("flat");
    expect(
      verdictOf(
        HEAP,
        series(120, HEAP.name, (seconds) => 50 + seconds / 720),
      ),
    ).toBe("flat");
  });

  it("judged by the samples that have it alone", () => {
    const leaks = series(20, HEAP.name, (seconds) => (seconds % 30 === 0 ? 50 + seconds / 60 : null));
    expect(verdictOf(HEAP, leaks)).toBe("grows");
  });

  it("left where it does not go back to what it was before the load", () => {
    const samples = series(20, CALLS.name, () => 30);
    expect(verdictOf(CALLS, samples)).toBe("flat");
    expect(verdictOf(CALLS, samples, { calls: 1 })).toBe("is left");
    expect(verdictOf({ ...CALLS, left: 2 }, samples, { calls: 1 })).toBe("flat");
  });
});
