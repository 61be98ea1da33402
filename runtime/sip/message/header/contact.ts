/** Contact (RFC 3261 §20.10): `*` alone, or addresses. */
import { skipSpace } from "../token.ts";
import { type NameAddr, scanNameAddr } from "./name-addr.ts";

/** Parses the values of all Contact headers; `undefined` if one of them is malformed or `*` is not alone. */
export function parseContacts(values: readonly string[]): "*" | NameAddr[] | undefined {
  if (values.length === 1 && values[0]?.trim() === "*") return "*";
  const contacts: NameAddr[] = [];
  for (const value of values) {
    for (let pos = 0; pos <= value.length; ) {
      const contact = scanNameAddr(value, skipSpace(value, pos, value.length), value.length);
      if (contact === undefined) return undefined;
      contacts.push(contact);
      // RFC 4475 §3.1.2.1: an empty element, as after a trailing comma, is an error; it is read as one in the next round.
      pos = contact.end + 1;
    }
  }
  return contacts;
}
