/** Declarations of the sdk as short as they can be said: TypeScript with a comment behind each member. */
import { type Declaration, declarationsOf, membersOf, signatureOf } from "./declarations.ts";
import { firstSentence } from "./doc-comment.ts";

/** `brief`: what each docstring says first; the rest is in the sources. */
export type Detail = "full" | "brief";

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
  const isList = declaration.doc.includes("\n- ");
  switch (kind) {
    case "function":
      return `${doc}${signatureOf(lines)};`;
    case "type":
      // A union whose words are explained one by one is that list.
      return isList
        ? `${doc}type ${name} = one of these;`
        : `${doc}${lines.map(trimmed).join(" ").replaceAll("readonly ", "")}`;
    case "const":
      return `${doc}${module(declaration, all, detail)}`;
    case "interface":
    case "class": {
      const members = membersOf(declaration).filter(({ text }) => kind === "interface" || /^\w+: \w+;/.test(text));
      const head = (lines[0] ?? "").replace("readonly ", "");
      if (/}$/.test(head)) return `${doc}${head}`;
      return [`${doc}${head}`, ...members.map(({ text, doc }) => `  ${noted(text, doc, detail)}`), "}"].join("\n");
    }
  }
}

/** An object of functions, one that is a function besides, or a plain value. */
function module(declaration: Declaration, all: readonly Declaration[], detail: Detail): string {
  const { name, lines } = declaration;
  const text = lines.map(trimmed).join(" ");
  const assigned = /Object\.assign\((\w+), (\w+)\)/.exec(text);
  const called = all.find((other) => other.name === assigned?.[1]);
  const functions = all.find((other) => other.name === assigned?.[2]) ?? declaration;
  const members = membersOf(functions).map(({ text, doc }) => noted(`${name}.${text};`, doc, detail));
  if (called !== undefined) members.unshift(`${signatureOf(called.lines).replace(/^function \w+/, name)};`);
  return members.length > 0 ? members.join("\n") : text.replaceAll("readonly ", "").replace(/ = [^=>].*$/, ";");
}

function trimmed(line: string): string {
  return line.trim();
}

function noted(text: string, doc: string, detail: Detail): string {
  const said = detail === "brief" ? firstSentence(doc) : doc;
  return said === "" ? text : `${text} // ${said.replaceAll("\n", " ")}`;
}

function comment(doc: string, detail: Detail): string {
  const isList = doc.includes("\n- ");
  const said = detail === "brief" && !isList ? firstSentence(doc) : doc;
  return said === "" ? "" : `${said.replace(/^/gm, "// ")}\n`;
}
