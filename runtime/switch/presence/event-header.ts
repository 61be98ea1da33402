/** Event (RFC 6665 §8.2.1): the name of a package, and an id where one dialog holds several subscriptions. */
import { ParamScanner } from "../../sip/message/header/params.ts";
import { isToken, skipSpace, tokenEnd } from "../../sip/message/token.ts";

export interface EventName {
  readonly name: string;
  readonly id: string | null;
}

/** A name or an id that is longer is nobody's. */
const LONGEST_CHARACTERS = 128;

/** The value of one Event line; `undefined` if it is malformed. Other parameters than `id` are passed over. */
export function parseEvent(text: string): EventName | undefined {
  const start = skipSpace(text, 0, text.length);
  const end = tokenEnd(text, start, text.length);
  if (end === start || end - start > LONGEST_CHARACTERS) return undefined;
  const param = new ParamScanner(text, end, text.length);
  let id: string | null = null;
  while (param.next()) {
    if (id !== null || text.slice(param.nameStart, param.nameEnd).toLowerCase() !== "id") continue;
    const value = param.value();
    if (value === true || !isToken(value) || value.length > LONGEST_CHARACTERS) return undefined;
    id = value;
  }
  return param.malformed || param.pos < text.length ? undefined : { name: text.slice(start, end), id };
}

export function formatEvent({ name, id }: EventName): string {
  return id === null ? name : `${name};id=${id}`;
}

/** RFC 6665 §8.2.1: name and id are compared octet by octet. */
export function isSameEvent(a: EventName, b: EventName): boolean {
  return a.name === b.name && a.id === b.id;
}
