/**
 * The text that prepares the isolate of the trial load: the globals a script finds in the sandbox, inert, and without
 * what a script does not get there. `$0` are its variables as JSON. Operations of the switch are refused: nothing real
 * happens at an upload. Its value is the function that reports on the default export as JSON.
 */
export const REALM = `
const { getOwnPropertyDescriptor, ownKeys, defineProperty, construct } = Reflect;
const { stringify } = JSON;
const Buffer = ArrayBuffer;

for (const name of ["WebAssembly", "SharedArrayBuffer", "Atomics", "FinalizationRegistry", "WeakRef", "Temporal"]) {
  delete globalThis[name];
}
for (const name of ["resize", "transfer", "transferToFixedLength"]) delete Buffer.prototype[name];
const pin = (target, name, value) => defineProperty(target, name, { value, writable: false, configurable: false });
function FixedBuffer(length) {
  if (new.target === undefined) throw new TypeError("Constructor ArrayBuffer requires 'new'");
  return construct(Buffer, [length], new.target);
}
FixedBuffer.prototype = Buffer.prototype;
FixedBuffer.isView = Buffer.isView;
pin(Buffer.prototype, "constructor", FixedBuffer);
pin(globalThis, "ArrayBuffer", FixedBuffer);
pin(Error, "prepareStackTrace", undefined);
pin(Error, "stackTraceLimit", 20);

const define = (name, value) =>
  defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
const quiet = () => {};
define("console", { debug: quiet, log: quiet, info: quiet, warn: quiet, error: quiet });
define("setTimeout", () => 0);
define("clearTimeout", quiet);
const inHandler = (name) => () => {
  throw new TypeError(name + " works only inside a handler, not while the script is loaded");
};
define("fetch", inHandler("fetch"));
const subtle = { digest: inHandler("crypto.subtle.digest") };
define("crypto", { randomUUID: () => "00000000-0000-4000-8000-000000000000", subtle });
define("TextEncoder", class TextEncoder {
  get encoding() { return "utf-8"; }
  encode(text = "") {
    return Uint8Array.from(unescape(encodeURIComponent(String(text).toWellFormed())), (byte) => byte.charCodeAt(0));
  }
});
define("TextDecoder", class TextDecoder {
  get encoding() { return "utf-8"; }
  decode(bytes = new Uint8Array()) {
    return decodeURIComponent(escape(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
  }
});
pin(globalThis, Symbol.for("strowger.env"), Object.freeze(Object.setPrototypeOf(JSON.parse($0), null)));
pin(globalThis, Symbol.for("strowger.operation"), Object.freeze((name, args, Failure) => {
  throw new Failure("not-in-handler", '"' + name + '" works only inside a handler, not while the script is loaded');
}));

return (namespace) => {
  if (!getOwnPropertyDescriptor(namespace, "default")) return '{"type":"missing"}';
  const script = namespace.default;
  const type = script === null ? "null" : typeof script;
  if (type !== "object" && type !== "function") return stringify({ type });
  const properties = [];
  for (const name of ownKeys(script)) {
    const property = getOwnPropertyDescriptor(script, name);
    if (typeof name !== "string" || !property || !property.enumerable) continue;
    properties.push({ name, type: "value" in property ? typeof property.value : "accessor" });
    if (properties.length === 100) break;
  }
  return stringify({ type, properties });
};
`;
