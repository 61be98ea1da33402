import fc from "fast-check";
import { expect, it } from "vitest";
import { PcmFifo } from "../../../../../runtime/media/embedded/worker/pcm-fifo.ts";

it("Samples come out as they went in, in frames of any length, as long as they fit", () => {
  const steps = fc.array(fc.record({ push: fc.nat(40), shift: fc.nat(40) }), { maxLength: 50 });
  fc.assert(
    fc.property(steps, (list) => {
      const fifo = new PcmFifo(100);
      const model: number[] = [];
      let next = 0;
      for (const { push, shift } of list) {
        const samples = Int16Array.from({ length: push }, () => next++);
        fifo.push(samples);
        model.push(...[...samples].slice(0, 100 - model.length));
        const into = new Int16Array(shift);
        const count = fifo.shift(into);
        expect([...into.subarray(0, count)]).toEqual(model.splice(0, shift));
        expect(fifo.length).toBe(model.length);
      }
    }),
  );
});
