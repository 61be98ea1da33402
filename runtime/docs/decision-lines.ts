/** Decisions, a line for each: its builder, what it does, and what it is as data. */
import { type Declaration, declarationsOf, membersOf, signatureOf } from "./declarations.ts";

/** `sources`: of the modules that have builders. */
export function decisionLines(sources: readonly string[]): readonly string[] {
  const all = sources.flatMap(declarationsOf);
  const byName = new Map(all.map((declaration) => [declaration.name, declaration]));
  return all.flatMap((declaration) => {
    if (declaration.kind !== "function") return [];
    const [, result = ""] = /\): (\w+)$/.exec(signatureOf(declaration.lines)) ?? [];
    const decision = byName.get(result);
    const isDecision =
      decision?.kind === "interface" && decision.lines.some((line) => /^ {2}readonly type: "/.test(line));
    return isDecision ? [lineOf(declaration, decision)] : [];
  });
}

/** The interfaces that `decisionLines` says already. */
export function decisionNames(sources: readonly string[]): ReadonlySet<string> {
  const interfaces = sources.flatMap(declarationsOf).filter(({ kind }) => kind === "interface");
  return new Set(
    interfaces.filter(({ lines }) => lines.some((line) => /^ {2}readonly type: "/.test(line))).map(({ name }) => name),
  );
}

function lineOf(builder: Declaration, decision: Declaration): string {
  const members = membersOf(decision);
  const [, options] = /extends (\w+)/.exec(decision.lines[0] ?? "") ?? [];
  const data = members.map(({ text }) => text.replace(/;$/, "")).concat(options === undefined ? [] : [`...${options}`]);
  const notes = members.flatMap(({ text, doc }) => (doc === "" ? [] : [`\`${text.split(/\??:/)[0]}\`: ${doc}`]));
  // `take` is what `voicemail` is called inside of its module; the type says its name.
  const [, type = ""] = /^type: "(\w+)"/.exec(members[0]?.text ?? "") ?? [];
  const call = signatureOf(builder.lines)
    .replace(/^function take\b/, `function ${type}`)
    .replace(/^function /, "")
    .replace(/: \w+$/, "");
  const said = builder.doc === "" || builder.doc.startsWith(decision.doc.slice(0, 20)) ? decision.doc : builder.doc;
  const told = type === builder.name || builder.name === "take" ? decision.doc : said;
  return `- \`${call}\`: ${[told, ...notes].join(" ")} As data: \`{ ${data.join(", ")} }\`.`;
}
