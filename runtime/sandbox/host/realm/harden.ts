/**
 * Takes away what would let a script out of its limits: memory the heap limit does not count (WebAssembly, shared and
 * resizable buffers), high-resolution clocks made of shared memory, callbacks of the collector that run outside of any
 * timed entry, and the hook by which a script could run code while its errors are read.
 */
import { construct, defineProperty, deleteProperty, WrongType } from "./primordials.ts";

const REMOVED = ["WebAssembly", "SharedArrayBuffer", "Atomics", "FinalizationRegistry", "WeakRef", "Temporal"];
const REMOVED_FROM_BUFFERS = ["resize", "transfer", "transferToFixedLength"];
const STACK_FRAMES = 20;

const NativeArrayBuffer = ArrayBuffer;

/** The native constructor without its second argument, which makes a buffer resizable. */
function FixedArrayBuffer(this: unknown, length: number): ArrayBuffer {
  if (new.target === undefined) throw new WrongType("Constructor ArrayBuffer requires 'new'");
  return construct(NativeArrayBuffer, [length], new.target);
}

for (let index = 0; index < REMOVED.length; index++) deleteProperty(globalThis, REMOVED[index] as string);
for (let index = 0; index < REMOVED_FROM_BUFFERS.length; index++) {
  deleteProperty(NativeArrayBuffer.prototype, REMOVED_FROM_BUFFERS[index] as string);
}
FixedArrayBuffer.prototype = NativeArrayBuffer.prototype;
FixedArrayBuffer.isView = NativeArrayBuffer.isView;
defineProperty(FixedArrayBuffer, "name", { value: "ArrayBuffer" });
defineProperty(NativeArrayBuffer.prototype, "constructor", pinned(FixedArrayBuffer));
defineProperty(globalThis, "ArrayBuffer", pinned(FixedArrayBuffer));
defineProperty(Error, "prepareStackTrace", pinned(undefined));
defineProperty(Error, "stackTraceLimit", pinned(STACK_FRAMES));

function pinned(value: unknown): PropertyDescriptor {
  return { value, writable: false, enumerable: false, configurable: false };
}
