/** Text from the wire or a script, safe to be looked at: what has no shape, or turns the text around, is given one. Pure. */

/** Controls of C0 and C1, but for tab and line feed, and what changes the direction of the text around it or is nowhere seen. */
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffc\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Control characters as their pictures (`␀`), others by their number (`‹U+202E›`). Line ends of the wire become line feeds. */
export function visibleText(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(HIDDEN, shapeOf);
}

/** The same on one line. */
export function visibleLine(text: string): string {
  return visibleText(text).replace(/[\n\t]+/g, " ");
}

function shapeOf(hidden: string): string {
  const code = hidden.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "␡";
  return `‹U+${code.toString(16).toUpperCase().padStart(4, "0")}›`;
}
