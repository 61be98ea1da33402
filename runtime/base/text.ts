/** Text between the wire, where a string holds one octet a character (latin1), and people, who read UTF-8. */

const NOT_ASCII = /[^\0-\x7f]/;

/** What people, scripts, records and the API see of a wire string. Octets that are no UTF-8 become U+FFFD. */
export function toText(wire: string): string {
  return NOT_ASCII.test(wire) ? Buffer.from(wire, "latin1").toString("utf8") : wire;
}

/** The octets of a text, ready for the wire. */
export function toWire(text: string): string {
  return NOT_ASCII.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}
