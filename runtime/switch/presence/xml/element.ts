/**
 * XML 1.0 as a tree, and its text. Whatever comes from a peer is text or the value of an attribute here and is escaped when
 * it is written; names are those of our own documents, or have been read as names.
 */

export interface XmlElement {
  readonly name: string;
  readonly attributes: readonly (readonly [string, string])[];
  readonly children: readonly XmlNode[];
}

export type XmlNode = XmlElement | string;

/** What may be given as an attribute: `null` leaves it out. */
export type XmlAttributes = Readonly<Record<string, string | number | null>>;

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
/** What is no character of XML (§2.2): controls, halves of surrogate pairs, and two that are nothing. */
const NO_CHARACTER = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

export function element(name: string, attributes: XmlAttributes = {}, ...children: readonly XmlNode[]): XmlElement {
  const given = Object.entries(attributes).flatMap(([key, value]): [string, string][] =>
    value === null ? [] : [[key, String(value)]],
  );
  return { name, attributes: given, children };
}

/** A whole document. */
export function formatXml(root: XmlElement): string {
  return `${DECLARATION}${formatElement(root)}\n`;
}

function formatElement({ name, attributes, children }: XmlElement): string {
  const given = attributes.map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`).join("");
  if (children.length === 0) return `<${name}${given}/>`;
  const content = children.map((child) => (typeof child === "string" ? escapeText(child) : formatElement(child)));
  return `<${name}${given}>${content.join("")}</${name}>`;
}

function escapeText(text: string): string {
  return text
    .replace(NO_CHARACTER, "\ufffd")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/\r/g, "&#13;");
}

function escapeAttribute(text: string): string {
  return escapeText(text).replace(/"/g, "&quot;").replace(/\t/g, "&#9;").replace(/\n/g, "&#10;");
}
