/** What a script knows from the web, in place before its first line, where its text has one of the names (`boot.ts`). */
import "./web/web.ts";
import { subtle } from "./digest.ts";
import { scriptFetch } from "./fetch.ts";
import { defineGlobal, defineProperty } from "./primordials.ts";

defineProperty(scriptFetch, "name", { value: "fetch" });
defineGlobal("fetch", scriptFetch);
defineProperty(crypto, "subtle", { value: subtle, writable: false, enumerable: true, configurable: true });
