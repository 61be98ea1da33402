import type { Description } from "../check/protocol.ts";

/** A signature, and beneath it what the sdk says of it: as text, whatever stands in it. */
export function descriptionElement({ signature, text }: Description): HTMLElement {
  const box = document.createElement("div");
  box.className = "scripts-description";
  const code = document.createElement("code");
  code.textContent = signature;
  box.append(code);
  if (text !== "") {
    const words = document.createElement("p");
    words.textContent = text;
    box.append(words);
  }
  return box;
}
