/** A text as flite can read it: it knows English and ASCII, and stumbles over whatever else there is. */

/** What has no decomposition in Unicode, and how it is said. */
const SAID_AS: Readonly<Record<string, string>> = {
  "\u2018": "'",
  "\u2019": "'",
  "\u201c": '"',
  "\u201d": '"',
  "\u2013": ", ",
  "\u2014": ", ",
  "\u20ac": " euro ",
  "\u00a3": " pound ",
  "\u00b0": " degrees ",
  "\u00df": "ss",
  "\u00e6": "ae",
  "\u00c6": "Ae",
  "\u00f8": "o",
  "\u00d8": "O",
  "\u0142": "l",
  "\u0141": "L",
};

/** Letters lose their accents; what is left over becomes a blank. */
export function toAscii(text: string): string {
  return text
    .replace(/[^\0-\x7f]/g, (character) => SAID_AS[character] ?? character)
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .replace(/[^\x20-\x7e]+/g, " ")
    .trim();
}
