/** Inputs of one seed, one after the other, until one of them fails; what failed is made small. */
import fc from "fast-check";
import { examine, Stall } from "./examine.ts";
import { shrink } from "./shrink.ts";
import type { Finding, Target } from "./target.ts";

export interface Batch {
  readonly seed: number;
  readonly inputs: number;
  /** Told of each input before it is tried. */
  readonly about: (input: string) => void;
}

export async function runBatch(
  target: Target,
  inputs: fc.Arbitrary<string>,
  { seed, inputs: numRuns, about }: Batch,
): Promise<Finding | null> {
  // Made small below, by its octets: that takes no more time than it may.
  const parameters = { seed, numRuns, endOnFailure: true };
  const property = fc.asyncProperty(inputs, async (input) => {
    about(input);
    await examine(target, input);
  });
  const { failed, counterexample, errorInstance } = await fc.check(property, parameters);
  if (!failed) return null;
  return await findingOf(target, counterexample?.[0] ?? "", errorInstance);
}

/** One input that is known; `null`: nothing is wrong with it. */
export async function replay(target: Target, input: string): Promise<Finding | null> {
  const failed = await errorOf(target, input);
  return failed === undefined ? null : await findingOf(target, input, failed.error);
}

async function findingOf(target: Target, input: string, error: unknown): Promise<Finding> {
  const signature = signatureOf(error);
  let last = error;
  const smallest = await shrink(input, async (candidate) => {
    const other = await errorOf(target, candidate);
    const isSame = other !== undefined && signatureOf(other.error) === signature;
    if (isSame) last = other.error;
    return isSame;
  });
  return { kind: error instanceof Stall ? "stall" : "exception", message: textOf(last), input: smallest };
}

async function errorOf(target: Target, input: string): Promise<{ readonly error: unknown } | undefined> {
  try {
    await examine(target, input);
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** The same for the same failure: what it is, and where. */
function signatureOf(error: unknown): string {
  if (error instanceof Stall) return "stall";
  if (!(error instanceof Error)) return String(error);
  const [place = error.message.replace(/\d+/g, "#")] = error.stack?.match(/at .*(?:runtime|fuzz)\/[^\n]*/) ?? [];
  return `${error.name} ${place}`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
