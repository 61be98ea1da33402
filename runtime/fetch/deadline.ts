/** Until when a request may take, and whether anybody still waits for it: one signal for both. */
import type { Clock } from "../base/clock.ts";
import type { FetchProblem, FetchRequest } from "../port/fetch.ts";
import type { Target } from "./target.ts";

export interface Deadline {
  readonly signal: AbortSignal;
  /** Why it was aborted. */
  readonly problem: FetchProblem | null;
  /** From now on it is this host that takes long. */
  at(target: Target): void;
  /** Rejects once it is aborted, for what knows no signal. */
  race<Value>(work: Promise<Value>): Promise<Value>;
  stop(): void;
}

export function startDeadline(clock: Clock, { timeoutMs, signal }: FetchRequest, first: Target): Deadline {
  const controller = new AbortController();
  let { label } = first;
  let problem: FetchProblem | null = null;
  const end = (why: FetchProblem): void => {
    problem ??= why;
    controller.abort();
  };
  const givenUp = (): void => end({ code: "timeout", message: `${label}: nobody waits for it any more` });
  const expire = (): void => {
    end({ code: "timeout", message: `${label}: it did not answer in full within ${timeoutMs / 1000} s` });
  };
  const timer = clock.startTimer(timeoutMs, { expire }, "fetch");
  signal.addEventListener("abort", givenUp);
  if (signal.aborted) givenUp();
  return {
    signal: controller.signal,
    get problem() {
      return problem;
    },
    at(target) {
      label = target.label;
    },
    async race(work) {
      controller.signal.throwIfAborted();
      const { promise, reject } = Promise.withResolvers<never>();
      const abort = (): void => reject(controller.signal.reason);
      controller.signal.addEventListener("abort", abort);
      try {
        return await Promise.race([work, promise]);
      } finally {
        controller.signal.removeEventListener("abort", abort);
      }
    },
    stop() {
      timer.cancel();
      signal.removeEventListener("abort", givenUp);
    },
  };
}
