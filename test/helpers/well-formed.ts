/**
 * Holds XML to being well formed, with namespaces, by means of its own: throws where it is not. It knows what documents of
 * presence are made of and no more.
 */
export interface Xml {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Xml[];
  text: string;
}

const TOKEN =
  /<\?xml version="1\.0" encoding="UTF-8"\?>|<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[A-Za-z_][\w.:-]*="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
const ENTITY = /&(amp|lt|gt|quot|apos|#\d+);/g;
const VALUES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The root element; `document` is text, not octets. */
export function wellFormed(document: string): Xml {
  const stack: Xml[] = [{ name: "", attributes: new Map(), children: [], text: "" }];
  const scopes: Set<string>[] = [new Set(["xml"])];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < document.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(document);
    if (token === null) throw new Error(`not well formed at ${at}: ${document.slice(at, at + 40)}`);
    const [whole, close, name, attributes = "", isEmpty, text] = token;
    const top = stack.at(-1);
    if (top === undefined) throw new Error("more ends than beginnings");
    if (whole.startsWith("<?")) {
      if (at !== 0) throw new Error("a declaration that does not come first");
    } else if (text !== undefined) top.text += decoded(text);
    else if (close === "/") {
      if (top.name !== name) throw new Error(`</${name}> ends <${top.name}>`);
      stack.pop();
      scopes.pop();
    } else if (name !== undefined) {
      const found = attributesOf(attributes);
      const scope = new Set([
        ...(scopes.at(-1) ?? []),
        ...[...found.keys()].flatMap((key) => (key.startsWith("xmlns:") ? [key.slice(6)] : [])),
      ]);
      for (const used of [name, ...found.keys()]) {
        const prefix = used.includes(":") ? used.slice(0, used.indexOf(":")) : "xml";
        if (prefix !== "xmlns" && !scope.has(prefix)) throw new Error(`${used} has a prefix that is not declared`);
      }
      const element = { name, attributes: found, children: [], text: "" };
      top.children.push(element);
      if (isEmpty === "") {
        stack.push(element);
        scopes.push(scope);
      }
    }
  }
  const [document_, ...open] = stack;
  const [root, ...others] = document_?.children ?? [];
  if (root === undefined || others.length > 0 || open.length > 0) throw new Error("not one root element");
  return root;
}

function attributesOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = "", value = ""] of text.matchAll(/([\w.:-]+)="([^"]*)"/g)) {
    if (found.has(name)) throw new Error(`the attribute ${name} stands twice`);
    found.set(name, decoded(value));
  }
  return found;
}

function decoded(text: string): string {
  if (text.replace(ENTITY, "").includes("&")) throw new Error(`a bare & in ${text}`);
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) throw new Error("a control character");
  return text.replace(ENTITY, (_, name: string) => VALUES[name] ?? String.fromCodePoint(Number(name.slice(1))));
}
