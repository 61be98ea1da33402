/** Declarations of the sdk as short as they can be said: TypeScript with a comment behind each member. */
import { type Declaration, declarationsOf, type Member, membersOf, signatureOf } from "./declarations.ts";
import { defaultOf, firstSentence } from "./doc-comment.ts";

/** Of a declaration: all that its docstring says, or what it says first. Of a member it is always that. */
export type Detail = "full" | "brief";

/** A shorter note says no more than the name: "Hangs up." */
const SAID_BY_NAME = 24;
/** Members that so little is said of speak for themselves. */
const SHORT_CHARACTERS = 150;

/** The declarations among `names`, in order. */
export function condense(source: string, names: ReadonlySet<string>, detail: Detail): string {
  const all = declarationsOf(source);
  return all
    .filter(({ name }) => names.has(name))
    .map((declaration) => show(declaration, all, detail))
    .join("\n");
}

function show(declaration: Declaration, all: readonly Declaration[], detail: Detail): string {
  const { kind, name, lines } = declaration;
  const doc = comment(declaration.doc, detail);
  switch (kind) {
    case "function":
      return `${doc}${signatureOf(lines)};`;
    case "type": {
      // A union whose words are explained one by one is that list.
      const isList = detail === "full" && declaration.doc.includes("\n- ");
      return isList ? `${doc}type ${name} = string;` : doc + typeText(lines);
    }
    case "const":
      return doc + moduleText(declaration, all);
    case "interface":
    case "class":
      return (detail === "full" ? doc : "") + blockText(declaration, detail);
  }
}

function blockText(declaration: Declaration, detail: Detail): string {
  const { kind, name, lines } = declaration;
  const members = membersOf(declaration).filter(({ text }) => kind === "interface" || /^\w+: \w+;/.test(text));
  const head = lines[0] ?? "";
  const said = members.reduce((sum, { doc }) => sum + firstSentence(doc).length, 0);
  // What a script is given explains itself; what it gives has bounds and defaults.
  const isShort = said < SHORT_CHARACTERS || !name.endsWith("Options");
  if (detail === "brief" && isShort) return `${head} ${members.map(withDefault).join(" ").replace(/;$/, "")} }`;
  return [head, ...members.map(({ text, doc }) => `  ${noted(text, doc)}`), "}"].join("\n");
}

/** An object of functions, one that is a function besides, or a plain value. */
function moduleText(declaration: Declaration, all: readonly Declaration[]): string {
  const { name, lines } = declaration;
  const text = typeText(lines);
  const assigned = /Object\.assign\((\w+), (\w+)\)/.exec(text);
  const called = all.find((other) => other.name === assigned?.[1]);
  const functions = all.find((other) => other.name === assigned?.[2]) ?? declaration;
  const members = membersOf(functions).map(({ text, doc }) => noted(`${name}.${text};`, doc));
  if (called !== undefined) members.unshift(`${signatureOf(called.lines).replace(/^function \w+/, name)};`);
  return members.length > 0 ? members.join("\n") : text.replace(/ = [^=>].*$/, ";");
}

function typeText(lines: readonly string[]): string {
  return lines
    .map((line) => line.trim())
    .join(" ")
    .replaceAll("readonly ", "")
    .replace("= | ", "= ");
}

function withDefault({ text, doc }: Member): string {
  const initially = defaultOf(doc);
  return initially === undefined ? text : text.replace(/;$/, ` /* ${initially} */;`);
}

function noted(text: string, doc: string): string {
  const said = firstSentence(doc);
  return said.length < SAID_BY_NAME ? text : `${text} // ${said.replaceAll("\n", " ")}`;
}

function comment(doc: string, detail: Detail): string {
  const said = detail === "brief" ? firstSentence(doc.split("\n- ", 1)[0] ?? "") : doc;
  // The name says it: `ForwardOptions`.
  return said === "" || said.startsWith("How `") ? "" : `${said.replace(/^/gm, "// ")}\n`;
}
