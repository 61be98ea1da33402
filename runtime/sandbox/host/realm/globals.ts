/** Gives the isolate of a script its globals, in place of what the engine has there. */
import { random, randomUUID } from "./chance.ts";
import { scriptConsole } from "./console.ts";
import { startOperation } from "./operations.ts";
import { defineGlobal, defineProperty, freeze, symbolFor } from "./primordials.ts";
import { Utf8Decoder, Utf8Encoder } from "./text.ts";
import { EventDate, format, formatToParts } from "./time.ts";
import { clearTimeout, setTimeout } from "./timers.ts";

const formats = Intl.DateTimeFormat.prototype;

hide(Date.prototype, "constructor", EventDate);
defineGlobal("Date", EventDate);
defineProperty(formats, "format", { get: format, enumerable: false, configurable: true });
hide(formats, "formatToParts", formatToParts);
hide(Math, "random", random);
defineGlobal("crypto", { randomUUID });
defineGlobal("console", scriptConsole);
defineGlobal("setTimeout", setTimeout);
defineGlobal("clearTimeout", clearTimeout);
defineGlobal("TextEncoder", Utf8Encoder);
defineGlobal("TextDecoder", Utf8Decoder);
// The sdk finds it by this symbol.
defineProperty(globalThis, symbolFor("strowger.operation"), {
  value: freeze(startOperation),
  writable: false,
  enumerable: false,
  configurable: false,
});

function hide(target: object, name: string, value: unknown): void {
  defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
}
