/**
 * YAML text to plain data, remembering where each value and each key stands, so that whatever is found wrong with the
 * data later can be shown in the file. Reports keys that stand twice, all of them.
 */
import { EVENT_ID, type Event, getScalarValue, load, parseEvents, SCALAR_STYLE, YAMLException } from "js-yaml";
import { fail, ok, type Result } from "../base/result.ts";
import { LineStarts } from "./line-starts.ts";

/** Aliases (`*name`) per file: enough for people, too few to blow a small file up. */
const MAX_ALIASES = 100;

export interface YamlProblem {
  /** Offset in the text. */
  readonly at: number;
  readonly message: string;
}

export interface YamlDocument {
  readonly data: unknown;
  /** Offset of the value at a path, or of the nearest thing around it that stands in the text. */
  valueAt(path: readonly PropertyKey[]): number;
  /** Offset of the key at the end of a path. */
  keyAt(path: readonly PropertyKey[]): number;
  readonly duplicates: readonly YamlProblem[];
}

interface Places {
  readonly values: Map<string, number>;
  readonly keys: Map<string, number>;
  readonly duplicates: YamlProblem[];
}

/** Reads one YAML document; a file with nothing but comments gives `undefined`. */
export function readYaml(text: string): Result<YamlDocument, YamlProblem> {
  try {
    const events = parseEvents(text, {});
    const places: Places = { values: new Map(), keys: new Map(), duplicates: [] };
    if (events.some((event) => event.type !== EVENT_ID.DOCUMENT && event.type !== EVENT_ID.POP)) {
      new Walker(text, events, places).walk();
    }
    const data = places.values.size === 0 ? undefined : load(text, { json: true, maxAliases: MAX_ALIASES });
    return ok({
      data,
      valueAt: (path) => nearest(places.values, path),
      keyAt: (path) => places.keys.get(toKey(path)) ?? nearest(places.values, path),
      duplicates: places.duplicates,
    });
  } catch (error) {
    if (error instanceof YAMLException) {
      return fail({ at: error.mark?.position ?? 0, message: `not readable as YAML: ${error.reason}` });
    }
    return fail({ at: 0, message: `not readable as YAML: ${error instanceof Error ? error.message : String(error)}` });
  }
}

/** Goes through the parser's events once, keeping the path to where it is. */
class Walker {
  readonly #text: string;
  readonly #events: readonly Event[];
  readonly #places: Places;
  readonly #lines: LineStarts;
  #next = 0;

  constructor(text: string, events: readonly Event[], places: Places) {
    this.#text = text;
    this.#events = events;
    this.#places = places;
    this.#lines = new LineStarts(text);
  }

  walk(): void {
    // The first event opens the document.
    this.#next = 1;
    this.#node([], 0);
  }

  /** What is left empty stands nowhere: then `around` is its place, that of its key or of what it is part of. */
  #node(path: readonly PropertyKey[], around: number): void {
    const event = this.#events[this.#next++];
    if (event === undefined) return;
    const at = startOf(event) ?? around;
    this.#places.values.set(toKey(path), at);
    if (event.type === EVENT_ID.SEQUENCE) {
      for (let index = 0; !this.#isAtEnd(); index++) this.#node([...path, index], at);
      this.#next++;
    } else if (event.type === EVENT_ID.MAPPING) {
      while (!this.#isAtEnd()) this.#pair(path, at);
      this.#next++;
    }
  }

  #pair(path: readonly PropertyKey[], around: number): void {
    const event = this.#events[this.#next];
    // A key that is no text is refused by the loader.
    const name = event?.type === EVENT_ID.SCALAR ? getScalarValue(this.#text, event) : "";
    const at = (event === undefined ? undefined : startOf(event)) ?? around;
    const keyPath = [...path, name];
    const key = toKey(keyPath);
    const first = this.#places.keys.get(key);
    if (first !== undefined) {
      const { line } = this.#lines.positionOf(first);
      this.#places.duplicates.push({ at, message: `${JSON.stringify(name)} stands here again; first in line ${line}` });
    }
    this.#node(keyPath, at);
    this.#places.keys.set(key, at);
    this.#node(keyPath, at);
  }

  #isAtEnd(): boolean {
    const event = this.#events[this.#next];
    return event === undefined || event.type === EVENT_ID.POP;
  }
}

function startOf(event: Event): number | undefined {
  switch (event.type) {
    case EVENT_ID.SCALAR:
      // The parser says -1 of what is left empty.
      if (event.valueStart < 0) return undefined;
      // A quoted text begins at its quote.
      return event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED
        ? event.valueStart - 1
        : event.valueStart;
    case EVENT_ID.SEQUENCE:
    case EVENT_ID.MAPPING:
      return event.start;
    case EVENT_ID.ALIAS:
      return event.anchorStart - 1;
    default:
      return 0;
  }
}

function nearest(places: ReadonlyMap<string, number>, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const at = places.get(toKey(path.slice(0, length)));
    if (at !== undefined) return at;
  }
  return 0;
}

/** A text that no two paths share. */
function toKey(path: readonly PropertyKey[]): string {
  return JSON.stringify(path.map(String));
}
