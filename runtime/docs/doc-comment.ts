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

/** What it says first, and what is there where nothing is said; the rest is in the sources. */
export function firstSentence(text: string): string {
  return firstSentences(text, 1);
}

export function firstSentences(text: string, count: number): string {
  const sentences = text.match(/[\s\S]+?(?:\.(?=\s|$)|$)/g) ?? [];
  const first = sentences.slice(0, count).join("").trim();
  const initially = defaultOf(text);
  return initially === undefined || first.includes("Default:") ? first : `${first} Default: ${initially}.`;
}

export function defaultOf(text: string): string | undefined {
  return /Default: (.*)\.$/.exec(text)?.[1];
}

/** Lines of one paragraph are one line; the points of a list stay lines. */
function joined(text: string): string {
  return text
    .trim()
    .replace(/\n\n/g, " ")
    .replace(/\n(?!- )/g, " ")
    .replace(/ +/g, " ")
    .replace(/ \(RFC [^)]*\)/g, "")
    .trim();
}
