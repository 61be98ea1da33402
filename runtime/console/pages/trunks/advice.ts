/** What to do about what the switch says of a gateway or a registrar. Pure. */

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /answers (401|403|407)|credentials|password/i,
    "Compare username, password and realm with what the carrier has given; some also want the address of the switch to be made known to them.",
  ],
  [/answers 404/, "The carrier does not know the account: compare username and registrar with what it has given."],
  [/answers (5\d\d|6\d\d)/, "The carrier itself has a fault, or refuses: ask it, with this status."],
  [
    /answers 4\d\d/,
    "Ask the carrier what it has against the request, with this status; some do not answer OPTIONS: set probe to false.",
  ],
  [
    /DNS|resolve|name|address/i,
    "Look whether the host of the uri is spelt right, and whether the DNS server answers: strowger doctor.",
  ],
  [
    /TLS|certificate/i,
    "Look whether the certificate of the carrier is for the host of the uri, and who has issued it.",
  ],
  [
    /no answer|not answer|connection|reach|time/i,
    "Look whether the uri is right and whether the firewall lets SIP out to it and back: strowger doctor. The switch tries again by itself.",
  ],
];

export function adviceOn(reason: string): string {
  return (
    ADVICE.find(([fits]) => fits.test(reason))?.[1] ??
    "Ask the carrier, with these words. The switch tries again by itself."
  );
}
