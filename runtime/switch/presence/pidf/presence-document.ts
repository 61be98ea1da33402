/**
 * Documents of presence: application/pidf+xml (RFC 3863) with what RPID (RFC 4480) and the data model (RFC 4479) add to it.
 * What phones publish is read into elements, and written again under prefixes of ours: nothing of a peer's reaches a
 * watcher but as an element, an attribute or text.
 */
import { toText, toWire } from "../../../base/text.ts";
import { element, formatXml, type XmlElement, type XmlNode } from "../xml/element.ts";
import { type ReadElement, readXml } from "../xml/read-xml.ts";

export const PIDF_TYPE = "application/pidf+xml";
const PIDF = "urn:ietf:params:xml:ns:pidf";
const DATA_MODEL = "urn:ietf:params:xml:ns:pidf:data-model";
const RPID = "urn:ietf:params:xml:ns:pidf:rpid";
const XML = "http://www.w3.org/XML/1998/namespace";

/** What a phone has published, without what only makes it a document. */
export type PublishedPresence = readonly ReadElement[];

/** Reads what was published; `undefined` where it is no document of presence. */
export function readPresence(body: string): PublishedPresence | undefined {
  const root = readXml(toText(body));
  if (root?.namespace !== PIDF || root.name !== "presence") return undefined;
  const children = root.children.filter((child) => typeof child !== "string");
  const isSound = children.every((child) => !isNamed(child, "tuple") || isTuple(child));
  return isSound ? children.filter(({ namespace }) => namespace !== "") : undefined;
}

/** RFC 3863 §4.1.1: a tuple has an id and a status. */
function isTuple({ attributes, children }: ReadElement): boolean {
  const hasId = attributes.some(({ namespace, name }) => namespace === "" && name === "id");
  return hasId && children.some((child) => isNamed(child, "status"));
}

function isNamed(node: ReadElement | string, name: string): node is ReadElement {
  return typeof node !== "string" && node.namespace === PIDF && node.name === name;
}

/** RFC 3863 §4.1.4. baresip publishes "unknown" until it knows better: that says as much as nothing. */
function saysNothing(node: ReadElement): boolean {
  return isNamed(node, "basic") && !["open", "closed"].includes(node.children.join("").trim());
}

/** Bytes of what was published as it is written again. */
export function sizeOfPresence(presence: PublishedPresence): number {
  const published = [{ number: 0, presence }];
  return formatPresence({ entity: "", published, isRegistered: false, isTalking: false }).length;
}

export interface PresenceDocument {
  /** The user's URI. */
  readonly entity: string;
  /** The newest first; `number` tells the publications of a user apart for as long as each lives. */
  readonly published: readonly { readonly number: number; readonly presence: PublishedPresence }[];
  /** What is said where nothing is published. */
  readonly isRegistered: boolean;
  readonly isTalking: boolean;
}

/** Wire text. */
export function formatPresence({ entity, published, isRegistered, isTalking }: PresenceDocument): string {
  const prefixes = new Prefixes();
  const children = published.flatMap(({ number, presence }) =>
    presence.map((child, index) => written(child, prefixes, `p${number}e${index}`)),
  );
  // The order of the schema: tuples, then what others add (RFC 3863 §4.4).
  const tuples = children.filter(({ name }) => name === "tuple");
  const notes = children.filter(({ name }) => name === "note");
  const others = children.filter(({ name }) => name !== "tuple" && name !== "note");
  if (tuples.length === 0) tuples.push(registrationTuple(toText(entity), isRegistered));
  if (isTalking) others.push(onThePhone(prefixes));
  const attributes = { xmlns: PIDF, ...prefixes.declarations, entity: toText(entity) };
  return toWire(formatXml(element("presence", attributes, ...tuples, ...notes, ...others)));
}

function registrationTuple(uri: string, isRegistered: boolean): XmlElement {
  const status = element("status", {}, element("basic", {}, isRegistered ? "open" : "closed"));
  return element("tuple", { id: "registration" }, status, element("contact", {}, uri));
}

/** RFC 4480 §3.2. */
function onThePhone(prefixes: Prefixes): XmlElement {
  const activity = element(prefixes.name(RPID, "on-the-phone"));
  const activities = element(prefixes.name(RPID, "activities"), {}, activity);
  return element(prefixes.name(DATA_MODEL, "person"), { id: "calls" }, activities);
}

/** An element that was read, with a new id: two phones may have chosen the same one. */
function written(read: ReadElement, prefixes: Prefixes, id: string | null): XmlElement {
  const attributes: Record<string, string> = {};
  for (const { namespace, name, value } of read.attributes) {
    if (id !== null && namespace === "" && name === "id") attributes.id = id;
    else attributes[namespace === "" ? name : prefixes.name(namespace, name)] = value;
  }
  const hasElements = read.children.some((child) => typeof child !== "string");
  const children = read.children.flatMap((child): XmlNode[] => {
    if (typeof child === "string") return hasElements && child.trim() === "" ? [] : [child];
    return child.namespace === "" || saysNothing(child) ? [] : [written(child, prefixes, null)];
  });
  return element(prefixes.name(read.namespace, read.name), attributes, ...children);
}

/** Names with the prefixes of ours; those that are used are declared once, at the root. */
class Prefixes {
  readonly #used = new Map<string, string>();
  #fresh = 0;

  name(namespace: string, name: string): string {
    if (namespace === PIDF) return name;
    return `${namespace === XML ? "xml" : this.#prefixOf(namespace)}:${name}`;
  }

  get declarations(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#used].map(([namespace, prefix]) => [`xmlns:${prefix}`, namespace]));
  }

  #prefixOf(namespace: string): string {
    const known = this.#used.get(namespace);
    if (known !== undefined) return known;
    const prefix = namespace === DATA_MODEL ? "dm" : namespace === RPID ? "rpid" : `n${++this.#fresh}`;
    this.#used.set(namespace, prefix);
    return prefix;
  }
}
