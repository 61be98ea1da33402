/** A session description in words (RFC 8866): what each side offers to send and to hear. It takes whatever comes. Pure. */

export interface Codec {
  /** The payload type: a number in RTP packets. */
  readonly payload: string;
  /** `PCMU/8000`; or `null` where the description does not say, and RFC 3551 neither. */
  readonly name: string | null;
  /** `fmtp`, or `null`. */
  readonly parameters: string | null;
}

export interface MediaLine {
  /** `audio`, `video`, `image`, … */
  readonly kind: string;
  readonly port: string;
  readonly protocol: string;
  /** Where the other side is to send to. */
  readonly address: string | null;
  readonly codecs: readonly Codec[];
  readonly direction: Direction;
  /** The port is 0. */
  readonly isRefused: boolean;
  /** Attributes that are not told otherwise. */
  readonly others: readonly string[];
}

export type Direction = "sendrecv" | "sendonly" | "recvonly" | "inactive";

export interface SessionDescription {
  /** Who has made it, and which version it is: a new offer that changes nothing has the same. */
  readonly origin: string | null;
  readonly name: string | null;
  readonly media: readonly MediaLine[];
  readonly others: readonly string[];
}

const DIRECTIONS: Readonly<Record<Direction, string>> = {
  sendrecv: "sends and hears",
  sendonly: "sends and does not hear: the other side is on hold, or this is an announcement",
  recvonly: "hears and does not send: it is on hold, or listens",
  inactive: "neither sends nor hears: on hold without music",
};

export function meaningOfDirection(direction: Direction): string {
  return DIRECTIONS[direction];
}

/** RFC 3551 §6: payload types that need no `rtpmap`. */
const STATIC: Readonly<Record<string, string>> = {
  0: "PCMU/8000",
  3: "GSM/8000",
  4: "G723/8000",
  8: "PCMA/8000",
  9: "G722/8000",
  13: "CN/8000",
  15: "G728/8000",
  18: "G729/8000",
  26: "JPEG/90000",
  31: "H261/90000",
  34: "H263/90000",
};

/** What is told of a codec or a direction by other fields. */
const TOLD = /^(?:rtpmap|fmtp):|^(?:sendrecv|sendonly|recvonly|inactive)$/;

export function readSdp(text: string): SessionDescription {
  const lines = text.split(/\r?\n/).filter((line) => /^[a-z]=/.test(line));
  const first = lines.findIndex((line) => line.startsWith("m="));
  const session = first < 0 ? lines : lines.slice(0, first);
  const sections: string[][] = [];
  for (const line of first < 0 ? [] : lines.slice(first)) {
    if (line.startsWith("m=")) sections.push([]);
    sections.at(-1)?.push(line);
  }
  const inherited = { address: addressOf(session), direction: directionOf(session) };
  return {
    origin: fieldOf(session, "o"),
    name: fieldOf(session, "s"),
    media: sections.map((section) => mediaOf(section, inherited)),
    others: attributesOf(session).filter((attribute) => !TOLD.test(attribute)),
  };
}

interface Inherited {
  readonly address: string | null;
  readonly direction: Direction | null;
}

function mediaOf(lines: readonly string[], { address, direction }: Inherited): MediaLine {
  const [kind = "", port = "", protocol = "", ...formats] = (fieldOf(lines, "m") ?? "").split(/\s+/);
  const attributes = attributesOf(lines);
  return {
    kind,
    port,
    protocol,
    address: addressOf(lines) ?? address,
    codecs: formats.map((payload) => codecOf(payload, attributes, /RTP/.test(protocol))),
    direction: directionOf(lines) ?? direction ?? "sendrecv",
    isRefused: port === "0",
    others: attributes.filter((attribute) => !TOLD.test(attribute)),
  };
}

function codecOf(payload: string, attributes: readonly string[], isRtp: boolean): Codec {
  const said = (name: string) => {
    const start = `${name}:${payload} `;
    return attributes.find((attribute) => attribute.startsWith(start))?.slice(start.length) ?? null;
  };
  return { payload, name: said("rtpmap") ?? (isRtp ? (STATIC[payload] ?? null) : null), parameters: said("fmtp") };
}

function directionOf(lines: readonly string[]): Direction | null {
  const found = attributesOf(lines).find((attribute) => Object.hasOwn(DIRECTIONS, attribute));
  return found === undefined ? null : (found as Direction);
}

function addressOf(lines: readonly string[]): string | null {
  return fieldOf(lines, "c")?.split(/\s+/)[2] ?? null;
}

function attributesOf(lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith("a=")).map((line) => line.slice(2).trimEnd());
}

function fieldOf(lines: readonly string[], letter: string): string | null {
  return (
    lines
      .find((line) => line.startsWith(`${letter}=`))
      ?.slice(2)
      .trimEnd() ?? null
  );
}
