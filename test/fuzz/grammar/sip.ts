/** Messages by the grammar of RFC 3261 §25, with something odd in them here and there. */
import fc from "fast-check";
import { nameAddress, tag, via } from "./header-parts.ts";
import { COMPACT, values } from "./headers.ts";
import { joined, listed, maybe, mostly } from "./odd.ts";
import { number, token, uri } from "./uri.ts";

function line(name: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const spelt =
    COMPACT[name] === undefined ? fc.constant(name) : fc.constantFrom(name, name, name.toUpperCase(), COMPACT[name]);
  return joined(mostly(spelt, 80), fc.constantFrom(":", ": ", ": ", ": ", " : "), value, "\r\n");
}

const anyLine = fc.oneof(...Object.entries(values).map(([name, value]) => line(name, value)));
const METHODS = [
  "INVITE",
  "ACK",
  "BYE",
  "CANCEL",
  "OPTIONS",
  "REGISTER",
  "PRACK",
  "SUBSCRIBE",
  "NOTIFY",
  "PUBLISH",
  "INFO",
  "REFER",
  "MESSAGE",
  "UPDATE",
];
export const method = mostly(
  fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...METHODS) }, { weight: 1, arbitrary: token }),
);
const lineEnd = fc.oneof(
  { weight: 60, arbitrary: fc.constant("\r\n") },
  { weight: 1, arbitrary: fc.constantFrom("\n", "\r", "") },
);

/** A message whose body is one of these. */
export function message(body: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const essentials = (method: string): fc.Arbitrary<string> =>
    joined(
      line("Via", via),
      maybe(line("Via", via)),
      line("From", joined(nameAddress, tag)),
      line("To", joined(nameAddress, tag)),
      line("Call-ID", values["Call-ID"] ?? token),
      line("CSeq", joined(number, ` ${method}`)),
      maybe(line("Max-Forwards", number)),
    );
  const request = method.chain((name) =>
    joined(
      name,
      " ",
      uri,
      fc.constantFrom(" SIP/2.0", " SIP/2.0", " sip/2.0", " SIP/3.0", ""),
      lineEnd,
      essentials(name),
    ),
  );
  const status = fc.oneof(
    fc.constantFrom("100 Trying", "180 Ringing", "200 OK", "401 Unauthorized", "486 ", "302"),
    joined(number, " ", token),
  );
  const response = joined("SIP/2.0 ", status, lineEnd, method.chain(essentials));
  const head = joined(
    fc.oneof({ weight: 3, arbitrary: request }, { weight: 1, arbitrary: response }),
    listed(anyLine, "", 6),
  );
  return fc.tuple(head, body, fc.nat(9)).map(([text, content, form]) => {
    const length = form === 0 ? content.length + 1 : content.length;
    return form === 1 ? `${text}\r\n${content}` : `${text}Content-Length: ${length}\r\n\r\n${content}`;
  });
}
