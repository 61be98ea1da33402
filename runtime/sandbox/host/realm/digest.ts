/** `crypto.subtle.digest` (W3C Web Cryptography §14.3.5), done by the switch. */
import { ask } from "./ask.ts";
import { fromBase64, toBase64 } from "./web/base64.ts";
import { toContent } from "./web/body.ts";

async function digest(algorithm: unknown, data: unknown): Promise<ArrayBufferLike> {
  const name = String(typeof algorithm === "object" ? Reflect.get(Object(algorithm), "name") : algorithm);
  const { content } = toContent(data);
  if (!(content instanceof Uint8Array)) throw new TypeError("digest takes an ArrayBuffer or a view of one");
  const args = { algorithm: name.toUpperCase(), base64: toBase64(content) };
  const result = await ask("web.digest", args);
  return (fromBase64(String(result)) ?? new Uint8Array()).buffer;
}

export const subtle = Object.freeze({ digest });
