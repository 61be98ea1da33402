/** Via (RFC 3261 §20.42, RFC 3581): hand-written, since every message needs its topmost one. */
import { hostAt, hostEnd } from "../host.ts";
import { COLON, decimalAt, matchesIgnoringCase, SLASH, skipSpace, tokenEnd } from "../token.ts";
import { ParamScanner, type Params, paramMap } from "./params.ts";

export interface Via {
  /** Upper case. */
  readonly transport: string;
  /** Lower case; IPv6 without brackets. */
  readonly host: string;
  readonly port: number | undefined;
  readonly branch: string | undefined;
  /** IPv6 without brackets. */
  readonly received: string | undefined;
  /** `true` where the client asks for it and nothing is filled in yet. */
  readonly rport: number | true | undefined;
  /** Lower-case names, values without quotes. */
  readonly params: Params;
  /** The element as it stands in the message. */
  readonly text: string;
}

const MAX_PORT = 65535;
const NO_PARAMS: Params = new Map();

/** Parses one Via element. */
export function parseVia(text: string): Via | undefined {
  const via = scanVia(text, skipSpace(text, 0, text.length), text.length);
  return via === undefined || via.malformed || via.end < text.length ? undefined : via;
}

/**
 * The Via element that begins at `start`, in place. Where only its parameters are broken it is `malformed` and has those
 * before the break: enough to send a refusal back.
 */
export function scanVia(text: string, start: number, end: number): ScannedVia | undefined {
  const nameEnd = tokenEnd(text, start, end);
  const version = afterSlash(text, nameEnd, end);
  const versionEnd = tokenEnd(text, version, end);
  const transport = afterSlash(text, versionEnd, end);
  const transportEnd = tokenEnd(text, transport, end);
  if (nameEnd === start || versionEnd === version || transportEnd === transport) return undefined;
  const host = skipSpace(text, transportEnd, end);
  const afterHost = hostEnd(text, host, end);
  if (host === transportEnd || afterHost < 0) return undefined;
  let at = skipSpace(text, afterHost, end);
  let port: number | undefined;
  if (at < end && text.charCodeAt(at) === COLON) {
    const digits = skipSpace(text, at + 1, end);
    at = tokenEnd(text, digits, end);
    port = decimalAt(text, digits, at, MAX_PORT);
    if (port < 1) return undefined;
  } else at = afterHost;
  const via = new ScannedVia(
    text,
    start,
    transportAt(text, transport, transportEnd),
    hostAt(text, host, afterHost),
    port,
  );
  via.scanParams(at, end);
  return via;
}

/** The position behind a slash and the white space around it; `end` if there is none, so that no token follows. */
function afterSlash(text: string, pos: number, end: number): number {
  const slash = skipSpace(text, pos, end);
  return slash < end && text.charCodeAt(slash) === SLASH ? skipSpace(text, slash + 1, end) : end;
}

/** The usual spellings without making a new string. */
function transportAt(text: string, start: number, end: number): string {
  if (matchesIgnoringCase(text, start, end, "udp")) return "UDP";
  if (matchesIgnoringCase(text, start, end, "tcp")) return "TCP";
  return text.slice(start, end).toUpperCase();
}

/** A Via element in place: `params` and `text` are cut out when asked for. */
export class ScannedVia implements Via {
  readonly transport: string;
  readonly host: string;
  readonly port: number | undefined;
  branch: string | undefined;
  received: string | undefined;
  rport: number | true | undefined;
  /** Behind the element: at the comma that follows, or the end of the header. */
  end = 0;
  /** Whether some parameter is malformed; those before it count. */
  malformed = false;
  readonly #source: string;
  readonly #start: number;
  #paramsStart = 0;
  #params: Params | undefined;
  #contentEnd = 0;
  #lineEnd = 0;
  /** Where the parameters stand that stamping replaces; -1 where they do not. */
  #receivedStart = -1;
  #receivedEnd = -1;
  #rportStart = -1;
  #rportEnd = -1;

  constructor(source: string, start: number, transport: string, host: string, port: number | undefined) {
    this.#source = source;
    this.#start = start;
    this.transport = transport;
    this.host = host;
    this.port = port;
  }

  get params(): Params {
    this.#params ??= paramMap(this.#source, this.#paramsStart, this.#contentEnd);
    return this.#params;
  }

  get text(): string {
    return this.#source.slice(this.#start, this.#contentEnd);
  }

  /** How much of the header's value the element takes; all of it where it is malformed, since no end can be told. */
  get length(): number {
    return (this.malformed ? this.#lineEnd : this.end) - this.#start;
  }

  /** The text with received and rport set anew; what is given as `undefined` stays as it is. */
  stampedText(received: string | undefined, rport: number | undefined): string {
    const setsReceived = received !== undefined && this.#receivedStart >= 0;
    const setsRport = rport !== undefined && this.#rportStart >= 0;
    let text = this.text;
    if (setsReceived && (!setsRport || this.#receivedStart > this.#rportStart)) {
      text = this.#without(text, this.#receivedStart, this.#receivedEnd);
      if (setsRport) text = this.#without(text, this.#rportStart, this.#rportEnd);
    } else if (setsRport) {
      text = this.#without(text, this.#rportStart, this.#rportEnd);
      if (setsReceived) text = this.#without(text, this.#receivedStart, this.#receivedEnd);
    }
    if (rport !== undefined) text += `;rport=${rport}`;
    if (received !== undefined) text += `;received=${received}`;
    return text;
  }

  scanParams(start: number, end: number): void {
    const param = new ParamScanner(this.#source, start, end);
    this.#paramsStart = start;
    this.#contentEnd = start;
    this.#lineEnd = end;
    while (param.next()) {
      this.#contentEnd = param.valueStart < 0 ? param.nameEnd : param.valueEnd;
      this.#note(param);
    }
    this.malformed = param.malformed;
    this.end = param.pos;
  }

  #note(param: ParamScanner): void {
    const { nameStart, nameEnd } = param;
    const source = this.#source;
    if (this.branch === undefined && matchesIgnoringCase(source, nameStart, nameEnd, "branch")) {
      const branch = param.value();
      if (branch !== true && branch !== "") this.branch = branch;
    } else if (this.#rportStart < 0 && matchesIgnoringCase(source, nameStart, nameEnd, "rport")) {
      const port = decimalAt(source, param.valueStart, param.valueEnd, MAX_PORT);
      this.rport = port > 0 ? port : true;
      this.#rportStart = param.start;
      this.#rportEnd = this.#contentEnd;
    } else if (this.#receivedStart < 0 && matchesIgnoringCase(source, nameStart, nameEnd, "received")) {
      const address = param.value();
      // RFC 5118 §4.5: an IPv6 address stands here with or without brackets.
      if (address !== true) this.received = address.startsWith("[") ? address.slice(1, -1) : address;
      this.#receivedStart = param.start;
      this.#receivedEnd = this.#contentEnd;
    }
  }

  #without(text: string, from: number, to: number): string {
    return text.slice(0, from - this.#start) + text.slice(to - this.#start);
  }
}

/** A Via after its source was written into it: what stamping does not touch is as it was. */
export class StampedVia implements Via {
  readonly transport: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly branch: string | undefined;
  readonly received: string | undefined;
  readonly rport: number | true | undefined;
  readonly text: string;

  constructor(via: Via, text: string, received: string | undefined, rport: number | true | undefined) {
    this.transport = via.transport;
    this.host = via.host;
    this.port = via.port;
    this.branch = via.branch;
    this.received = received;
    this.rport = rport;
    this.text = text;
  }

  get params(): Params {
    return parseVia(this.text)?.params ?? NO_PARAMS;
  }
}
