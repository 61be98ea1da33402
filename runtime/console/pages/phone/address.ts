/** What is typed into a phone, and what is shown of the other side. */

/** A name, a number as people write it, `somebody@elsewhere`, or a whole URI. `null`: none of them. */
export function targetOf(typed: string, domain: string): string | null {
  const text = typed.trim();
  if (/^(sips?|tel):\S+$/i.test(text)) return text;
  // People write numbers with blanks, dashes, dots and brackets.
  const number = text.replace(/[\s().\-/]/g, "");
  const name = /^\+?[0-9*#]+$/.test(number) ? number : text;
  if (/[\s<>"]/.test(name) || name === "") return null;
  const escaped = name.replaceAll("#", "%23");
  return name.includes("@") ? `sip:${escaped}` : `sip:${escaped}@${domain}`;
}
