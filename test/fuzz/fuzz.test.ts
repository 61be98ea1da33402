import { describe, expect, it } from "vitest";
import { TargetThread } from "./runner/target-thread.ts";
import { targets } from "./targets.ts";

/** The same inputs in every run, so that no run fails by chance: `npm run fuzz` looks for new ones. */
const SEED = 1;
const WITHIN_MS = 180_000;

describe("whatever strangers send", () => {
  it.each(Object.entries(targets))(
    "is taken by %s without an exception, a stall or growth",
    async (name, { ciInputs }) => {
      const thread = await TargetThread.start(name);
      try {
        const replayed = await thread.ask({ type: "replay-seeds" });
        expect(replayed.finding).toBeNull();
        const { finding, inputs } = await thread.ask({
          type: "run",
          seed: SEED,
          inputs: ciInputs,
          ms: Number.POSITIVE_INFINITY,
        });
        expect(finding).toBeNull();
        expect(inputs).toBeGreaterThanOrEqual(ciInputs);
      } finally {
        await thread.stop();
      }
    },
    WITHIN_MS,
  );
});
