/** `strowger/testing/vitest`: importing it teaches `expect` of vitest what can be expected of a call. */
import { expect } from "vitest";
import { type CallMatchers, matchers } from "./matchers.ts";

declare module "vitest" {
  // As vitest declares it.
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> extends CallMatchers<R> {}
}

expect.extend({ ...matchers });
