/** `env`: the variables of the script, for the sdk to find. They stay as they are as long as the isolate lives. */
import { defineProperty, freeze, symbolFor } from "./primordials.ts";

/** `variables` was read from JSON just now: no other code has seen it. */
export function defineVariables(variables: Record<string, string>): void {
  // A name that is not set is nothing, even where every object has something of that name.
  Object.setPrototypeOf(variables, null);
  defineProperty(globalThis, symbolFor("strowger.env"), {
    value: freeze(variables),
    writable: false,
    enumerable: false,
    configurable: false,
  });
}
