/**
 * Reads the XML that peers send: elements with their namespaces, attributes and text. Strict and bounded: what is not well
 * formed, or goes deeper or wider than any document of presence, is nothing. There are no document types and no entities
 * of one's own, so that nothing can grow or be fetched while it is read.
 */

export interface ReadElement {
  /** Empty: in none. */
  readonly namespace: string;
  /** Without its prefix. */
  readonly name: string;
  readonly attributes: readonly ReadAttribute[];
  readonly children: readonly (ReadElement | string)[];
}

export interface ReadAttribute {
  readonly namespace: string;
  readonly name: string;
  readonly value: string;
}

const MOST_ELEMENTS = 500;
const MOST_DEPTH = 24;
const MOST_ATTRIBUTES = 32;
const XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";

const NAME = /[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?/y;
const SPACE = /[ \t\r\n]*/y;
const TEXT = /[^<&]+/y;
const REFERENCE = /&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));/y;
const VALUE = /"([^"<]*)"|'([^'<]*)'/y;
const COMMENT = /<!--(?:(?!--)[\s\S])*-->/y;
const CDATA = /<!\[CDATA\[((?:(?!\]\]>)[\s\S])*)\]\]>/y;
const DECLARATION = /<\?xml[ \t\r\n][^<>?]*\?>/y;
const NO_CHARACTER = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The root element of a document; `undefined` where this is no document that is read here. */
export function readXml(text: string): ReadElement | undefined {
  if (NO_CHARACTER.test(text)) return undefined;
  try {
    return new Reader(text.replace(/^\ufeff/, "")).document();
  } catch (error) {
    if (error instanceof NotWellFormed) return undefined;
    throw error;
  }
}

/** Thrown and caught in this file alone. */
class NotWellFormed extends Error {}

type Prefixes = ReadonlyMap<string, string>;

class Reader {
  readonly #text: string;
  #pos = 0;
  #elements = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): ReadElement {
    this.#take(DECLARATION);
    this.#skipMisc();
    const root = this.#element(new Map([["xml", XML_NAMESPACE]]), 1);
    this.#skipMisc();
    if (this.#pos < this.#text.length) throw new NotWellFormed();
    return root;
  }

  #element(outer: Prefixes, depth: number): ReadElement {
    if (depth > MOST_DEPTH || ++this.#elements > MOST_ELEMENTS) throw new NotWellFormed();
    this.#expect("<");
    const name = this.#name();
    const { prefixes, attributes } = this.#attributes(outer);
    const { namespace, local } = resolved(name, prefixes, prefixes.get("") ?? "");
    if (this.#has("/>")) return { namespace, name: local, attributes, children: [] };
    this.#expect(">");
    const children = this.#content(prefixes, depth);
    this.#expect("</");
    if (this.#name() !== name) throw new NotWellFormed();
    this.#take(SPACE);
    this.#expect(">");
    return { namespace, name: local, attributes, children };
  }

  #attributes(outer: Prefixes): { prefixes: Prefixes; attributes: readonly ReadAttribute[] } {
    const found = new Map<string, string>();
    for (;;) {
      const before = this.#pos;
      this.#take(SPACE);
      if (this.#sees(">") || this.#sees("/>")) break;
      if (this.#pos === before || found.size >= MOST_ATTRIBUTES) throw new NotWellFormed();
      const name = this.#name();
      this.#take(SPACE);
      this.#expect("=");
      this.#take(SPACE);
      const quoted = this.#take(VALUE);
      if (quoted === undefined || found.has(name)) throw new NotWellFormed();
      found.set(name, decoded(quoted[1] ?? quoted[2] ?? ""));
    }
    const declared = [...found].flatMap(([name, value]): [string, string][] => {
      if (name === "xmlns") return [["", value]];
      return name.startsWith("xmlns:") ? [[name.slice(6), value]] : [];
    });
    const prefixes = declared.length === 0 ? outer : new Map([...outer, ...declared]);
    const attributes = [...found].flatMap(([name, value]): ReadAttribute[] => {
      if (name === "xmlns" || name.startsWith("xmlns:")) return [];
      const { namespace, local } = resolved(name, prefixes, "");
      return [{ namespace, name: local, value }];
    });
    return { prefixes, attributes };
  }

  #content(prefixes: Prefixes, depth: number): readonly (ReadElement | string)[] {
    const children: (ReadElement | string)[] = [];
    let text = "";
    const flush = (): void => {
      if (text !== "") children.push(text);
      text = "";
    };
    while (!this.#sees("</")) {
      const plain = this.#take(TEXT)?.[0];
      const cdata = plain === undefined ? this.#take(CDATA) : undefined;
      if (plain !== undefined) text += plain;
      else if (cdata !== undefined) text += cdata[1] ?? "";
      else if (this.#sees("&")) text += this.#reference();
      else if (this.#take(COMMENT) === undefined) {
        flush();
        children.push(this.#element(prefixes, depth + 1));
      }
    }
    flush();
    return children;
  }

  #reference(): string {
    const found = this.#take(REFERENCE);
    if (found === undefined) throw new NotWellFormed();
    return referred(found);
  }

  #skipMisc(): void {
    do this.#take(SPACE);
    while (this.#take(COMMENT) !== undefined);
  }

  #name(): string {
    const name = this.#take(NAME)?.[0];
    if (name === undefined) throw new NotWellFormed();
    return name;
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#pos;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.#pos = pattern.lastIndex;
    return found;
  }

  #sees(text: string): boolean {
    return this.#text.startsWith(text, this.#pos);
  }

  #has(text: string): boolean {
    if (!this.#sees(text)) return false;
    this.#pos += text.length;
    return true;
  }

  #expect(text: string): void {
    if (!this.#has(text)) throw new NotWellFormed();
  }
}

function resolved(name: string, prefixes: Prefixes, standard: string): { namespace: string; local: string } {
  const colon = name.indexOf(":");
  if (colon < 0) return { namespace: standard, local: name };
  const namespace = prefixes.get(name.slice(0, colon));
  if (namespace === undefined || namespace === "") throw new NotWellFormed();
  return { namespace, local: name.slice(colon + 1) };
}

/** The value of an attribute with its references resolved; white space is a blank (XML 1.0 §3.3.3). */
function decoded(raw: string): string {
  const value = raw.replace(/[\t\r\n]/g, " ");
  if (!value.includes("&")) return value;
  let text = "";
  for (let pos = 0; pos < value.length; ) {
    const next = value.indexOf("&", pos);
    if (next < 0) return text + value.slice(pos);
    REFERENCE.lastIndex = next;
    const found = REFERENCE.exec(value);
    if (found === null) throw new NotWellFormed();
    text += value.slice(pos, next) + referred(found);
    pos = REFERENCE.lastIndex;
  }
  return text;
}

function referred([, decimal, hexadecimal, entity]: RegExpExecArray): string {
  if (entity !== undefined) return ENTITIES[entity] ?? "";
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal);
  const character = code <= 0x10ffff ? String.fromCodePoint(code) : "\0";
  if (NO_CHARACTER.test(character)) throw new NotWellFormed();
  return character;
}
