/** Decisions and events, a line for each: what it is called, what it does or means, and its fields. */

import { type Declaration, declarationsOf, type Member, membersOf, signatureOf } from "./declarations.ts";
import { firstSentence, firstSentences } from "./doc-comment.ts";

/** Of what one of them does; the rest is in the sources. */
const MOST_SENTENCES = 2;

/** An interface with a literal `type`. */
interface Kind {
  readonly declaration: Declaration;
  readonly type: string;
  readonly fields: readonly Member[];
}

/** The interfaces of these modules that say their `type`. */
export function kindsIn(sources: readonly string[]): readonly Kind[] {
  return sources.flatMap(declarationsOf).flatMap((declaration) => {
    if (declaration.kind !== "interface") return [];
    const [first, ...fields] = membersOf(declaration);
    const [, type] = /^type: "(\w+)";$/.exec(first?.text ?? "") ?? [];
    return type === undefined ? [] : [{ declaration, type, fields }];
  });
}

export function eventLine({ declaration, type, fields }: Kind): string {
  const data = fields.length === 0 ? "" : ` \`{ ${fields.map(({ text }) => text.replace(/;$/, "")).join("; ")} }\``;
  return `- \`${type}\`${data} ${[firstSentences(declaration.doc, MOST_SENTENCES), ...notesOn(fields)].join(" ")}`.trim();
}

/** `builders`: the functions that make decisions, by what they return. */
export function decisionLine(kind: Kind, builder: Declaration): string {
  const { declaration, type, fields } = kind;
  const called = signatureOf(builder.lines);
  // `take` is what `voicemail` is called inside of its module.
  const call = called
    .replace(/^function (\w+)/, (_all, name: string) => (name === "take" ? type : name))
    .replace(/: \w+$/, "");
  const isSecond = builder.name !== "take" && builder.name !== type;
  const told = isSecond ? [builder.doc] : [firstSentences(declaration.doc, MOST_SENTENCES), ...notesOn(fields)];
  // What the first parameter stands for, where the field has another name.
  const renamed = fields.filter(({ text }) => !call.includes(`${nameOf(text)}: `));
  const data =
    renamed.length === 0 || isSecond
      ? ""
      : ` As data: \`${renamed.map(({ text }) => text.replace(/;$/, "")).join("; ")}\`.`;
  return `- \`${call}\` ${told.join(" ")}${data}`;
}

/** The builders in these modules, by the name of the interface of what they return. */
export function buildersIn(sources: readonly string[]): ReadonlyMap<string, readonly Declaration[]> {
  const functions = sources.flatMap(declarationsOf).filter(({ kind }) => kind === "function");
  return Map.groupBy(functions, ({ lines }) => /\): (\w+)$/.exec(signatureOf(lines))?.[1] ?? "");
}

function notesOn(fields: readonly Member[]): string[] {
  return fields.flatMap(({ text, doc }) =>
    doc === "" ? [] : [`\`${nameOf(text)}\`: ${firstSentence(doc).replaceAll("\n", " ")}`],
  );
}

function nameOf(field: string): string {
  return field.split(/\??:/, 1)[0] ?? "";
}
