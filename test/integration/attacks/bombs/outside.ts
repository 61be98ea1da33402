/** Bombs that fill memory which the heap limit does not see, or sees late. */
import { type Bomb, FATAL, HEAPED } from "./bomb.ts";

export const outside: readonly Bomb[] = [
  {
    name: "buffers of two megabytes, touched",
    body: "const kept = []; for (;;) { const bytes = new Uint8Array(2e6); for (let at = 0; at < bytes.length; at += 4096) bytes[at] = 1; kept.push(bytes); }",
    ends: ["threw", ...HEAPED],
  },
  {
    name: "buffers of two megabytes, whatever is thrown",
    body: "const kept = []; for (;;) try { kept.push(new Uint8Array(2e6).fill(1)); } catch {}",
    ends: HEAPED,
  },
  {
    name: "one buffer of eight gigabytes",
    body: "return new ArrayBuffer(8e9).byteLength;",
    // The engine collects garbage before it refuses, which may take all the time that the event has.
    ends: ["threw", "timeout"],
  },
  {
    name: "buffers of 65 bytes",
    body: "const kept = []; for (;;) kept.push(new Uint8Array(65).fill(1));",
    ends: FATAL,
  },
  {
    name: "buffers of 16 bytes, made real",
    body: "const kept = []; for (;;) { const bytes = new Uint8Array(16); kept.push(bytes.buffer); }",
    ends: FATAL,
  },
  {
    name: "resizable buffers",
    body: "const kept = []; for (;;) { const space = new ArrayBuffer(1, { maxByteLength: 1e9 }); space.resize(5e7); kept.push(space); }",
    ends: ["threw"],
  },
  {
    name: "buffers that are transferred into larger ones",
    body: "const kept = []; for (;;) kept.push(new ArrayBuffer(1e6).transfer(3e7));",
    ends: ["threw"],
  },
  {
    name: "shared buffers",
    body: "const kept = []; for (;;) kept.push(new Uint8Array(new SharedArrayBuffer(8e6)).fill(1));",
    ends: ["threw"],
  },
  {
    name: "shared buffers that grow",
    body: "const kept = []; for (;;) { const space = new SharedArrayBuffer(1, { maxByteLength: 2e8 }); space.grow(5e7); kept.push(space); }",
    ends: ["threw"],
  },
  {
    name: "memories of WebAssembly",
    body: "const kept = []; for (;;) kept.push(new WebAssembly.Memory({ initial: 1000 }));",
    ends: ["threw"],
  },
  {
    name: "a memory of WebAssembly that grows",
    body: "const space = new WebAssembly.Memory({ initial: 1, maximum: 65536 }); for (;;) space.grow(200);",
    ends: ["threw"],
  },
  {
    name: "formats and orders of languages, kept",
    body: "const kept = []; for (;;) kept.push(new Intl.DateTimeFormat('de', { dateStyle: 'full' }), new Intl.Collator('de'), new Intl.NumberFormat('de'));",
    ends: FATAL,
  },
  {
    name: "segments of long texts, kept",
    body: "const kept = []; for (;;) kept.push(new Intl.Segmenter('en', { granularity: 'word' }).segment('y'.repeat(1e5)));",
    ends: FATAL,
  },
];
