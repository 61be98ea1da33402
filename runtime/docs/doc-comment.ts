/** Docstrings as text: without their frame and their examples, `@default` in words. */

/** `lines`: of a comment from `/**` to its end. */
export function docText(lines: readonly string[]): string {
  const text = lines
    .map((line) =>
      line
        .trim()
        .replace(/^\/\*\*\s?|^\*(?!\/)\s?/, "")
        .replace(/\s*\*\/$/, ""),
    )
    .join("\n");
  const [told = ""] = text.split(/^@example/m);
  const [meaning = "", initially] = told.split(/@default\s+/);
  const said = joined(meaning);
  if (initially === undefined || /default:/i.test(said)) return said;
  return `${said} Default: ${joined(initially)}.`.trim();
}

/** What it says first; the rest is in the sources. */
export function firstSentence(text: string): string {
  return /^.*?[.:](?=\s+[A-Z`]|\n|$)/s.exec(text)?.[0] ?? text;
}

/** Lines of one paragraph are one line; the points of a list stay lines. */
function joined(text: string): string {
  return text
    .trim()
    .replace(/\n\n/g, " ")
    .replace(/\n(?!- )/g, " ")
    .replace(/ +/g, " ")
    .trim();
}
