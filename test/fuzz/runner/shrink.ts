/** The smallest input that still shows a failure: parts are left out as long as it does, large ones first. */

const MOST_ATTEMPTS = 2000;
const MOST_MS = 20_000;

/** `fails`: whether this input shows the same failure. */
export async function shrink(input: string, fails: (input: string) => Promise<boolean>): Promise<string> {
  const until = performance.now() + MOST_MS;
  let attempts = 0;
  let smallest = input;
  for (let part = Math.ceil(input.length / 2); part >= 1; part = part === 1 ? 0 : Math.ceil(part / 2)) {
    for (let at = 0; at < smallest.length; ) {
      if (++attempts > MOST_ATTEMPTS || performance.now() > until) return smallest;
      const candidate = smallest.slice(0, at) + smallest.slice(at + part);
      if (await fails(candidate)) smallest = candidate;
      else at += part;
    }
  }
  return smallest;
}
