/**
 * What scripts know from the web beside `fetch`: puts it among the globals. These are libraries that work on behalf of
 * the script with the built-ins as it finds them; nothing here reaches the host.
 */
import { interfaces } from "./interfaces.ts";

for (const [name, value] of Object.entries(interfaces)) {
  Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
  Object.defineProperty(value, "name", { value: name });
}
