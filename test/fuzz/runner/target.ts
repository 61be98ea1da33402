/**
 * What is fuzzed: a part of the switch that takes what strangers send. An input is a text of one character per octet,
 * whatever it stands for, so that every input can be kept as a file, mutated and shrunk in the same way.
 */
import type fc from "fast-check";

export interface Target {
  /** Texts that are mutated, beside the files in `seeds/<name>`. */
  readonly samples: readonly string[];
  /** Makes inputs; `seeds`: the samples and the files, at least one. */
  inputs(seeds: readonly string[]): fc.Arbitrary<string>;
  /** Throws where the switch does what it must not do. */
  run(input: string): void | Promise<void>;
  /** Inputs between two looks at the heap. @default 10000 */
  readonly inputsPerCheck?: number;
  /** CPU that one input may take. @default 50 */
  readonly stallMs?: number;
  /** Gives back what it holds. */
  close?(): Promise<void>;
}

/** What a run has found. */
export interface Finding {
  /** `hang`: an input that does not come to an end; `death`: one that has ended its thread. */
  readonly kind: "exception" | "stall" | "growth" | "hang" | "death";
  readonly message: string;
  /** The smallest input that shows it; of growth, the last of many. */
  readonly input: string;
}

/** What must be so. */
export function holds(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}
