/** Waiting for what gives no event of its own. */

const PAUSE_MS = 20;

type Answer<Value> = Value | undefined | false;

/** Asks again and again until there is an answer other than `undefined` or `false`; fails, naming `what`, after `withinMs`. */
export async function until<Value>(
  what: string,
  ask: () => Answer<Value> | Promise<Answer<Value>>,
  withinMs = 5_000,
): Promise<Value> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** The value of a promise, or a failure that names `what` after `withinMs`. */
export async function within<Value>(what: string, promise: Promise<Value>, withinMs = 5_000): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`Waited ${withinMs} ms in vain for ${what}.`)), withinMs);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
