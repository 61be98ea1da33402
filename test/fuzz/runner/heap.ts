/** Whether the heap grows with the inputs: looked at after a collection, every so many inputs. */
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Looks in a row that each must find more than the one before, and by how much in all. */
const LOOKS = 8;
const MOST_GROWTH_BYTES = 2 * 1024 * 1024;
/** What has been compiled and cached by then is no growth. */
const WARM_UP_LOOKS = 3;

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

export class HeapWatch {
  /** After the last look. */
  bytes = 0;
  readonly #lately: number[] = [];
  #looks = 0;

  /** What is wrong, or nothing. */
  look(): string | null {
    collect();
    const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
    this.bytes = heap + external;
    if (++this.#looks <= WARM_UP_LOOKS) return null;
    this.#lately.push(this.bytes);
    if (this.#lately.length <= LOOKS) return null;
    const first = this.#lately.shift() ?? 0;
    const isRising = this.#lately.every((bytes, at) => bytes > (this.#lately[at - 1] ?? first));
    const grown = this.bytes - first;
    if (!isRising || grown < MOST_GROWTH_BYTES) return null;
    return `The heap has grown by ${Math.round(grown / 1024)} KB over the last ${LOOKS} looks, each time.`;
  }
}
