/** SIP messages as text, written and read by plain string search: phones must not trust the parser that they test. */

export type Field = readonly [name: string, value: string];

export class SipText {
  readonly text: string;
  #split: readonly Field[] | null = null;

  constructor(text: string) {
    this.text = text;
  }

  get startLine(): string {
    return this.text.slice(0, this.text.indexOf("\r\n"));
  }

  /** 0 for a request. */
  get status(): number {
    return this.startLine.startsWith("SIP/2.0 ") ? Number(this.startLine.slice(8, 11)) : 0;
  }

  get reason(): string {
    return this.status === 0 ? "" : this.startLine.slice(12);
  }

  /** The method of the request, or of the request this answers. */
  get method(): string {
    if (this.status === 0) return this.startLine.slice(0, this.startLine.indexOf(" "));
    return this.header("CSeq").split(" ")[1] ?? "";
  }

  get uri(): string {
    return this.startLine.split(" ")[1] ?? "";
  }

  get body(): string {
    const end = this.text.indexOf("\r\n\r\n");
    return end < 0 ? "" : this.text.slice(end + 4);
  }

  /** Each line of a header, in order. */
  headers(name: string): string[] {
    const wanted = name.toLowerCase();
    return this.#fields.filter(([field]) => field === wanted).map(([, value]) => value);
  }

  /** The first line of a header, or an empty text. */
  header(name: string): string {
    const wanted = name.toLowerCase();
    return this.#fields.find(([field]) => field === wanted)?.[1] ?? "";
  }

  /** Names in lower case, and values. */
  get #fields(): readonly Field[] {
    this.#split ??= splitFields(this.text);
    return this.#split;
  }

  /** A parameter such as `branch` or `tag` of the first line of a header, or an empty text. */
  param(header: string, name: string): string {
    return new RegExp(`;\\s*${name}=([^;,\\s>]+)`).exec(this.header(header))?.[1] ?? "";
  }

  /** The URI between the angle brackets of a header. */
  uriOf(header: string): string {
    return /<([^>]+)>/.exec(this.header(header))?.[1] ?? this.header(header).split(";")[0] ?? "";
  }

  get cseq(): number {
    return Number(this.header("CSeq").split(" ")[0]);
  }
}

export interface RequestParts {
  readonly method: string;
  readonly uri: string;
  readonly fields: readonly Field[];
  readonly body?: string | undefined;
}

export function requestText({ method, uri, fields, body = "" }: RequestParts): string {
  return messageText(`${method} ${uri} SIP/2.0`, fields, body);
}

export interface AnswerParts {
  readonly reason?: string;
  readonly toTag?: string | undefined;
  readonly fields?: readonly Field[];
  readonly body?: string;
}

/** An answer with the Via, From, To, Call-ID, CSeq and Record-Route lines of the request. */
export function answerText(request: SipText, status: number, parts: AnswerParts = {}): string {
  const { reason = "Answer", toTag, fields = [], body = "" } = parts;
  const to = request.header("To");
  const tag = toTag === undefined || /;\s*tag=/.test(to) ? "" : `;tag=${toTag}`;
  const copied: Field[] = [
    ...request.headers("Via").map((value): Field => ["Via", value]),
    ...request.headers("Record-Route").map((value): Field => ["Record-Route", value]),
    ["From", request.header("From")],
    ["To", to + tag],
    ["Call-ID", request.header("Call-ID")],
    ["CSeq", request.header("CSeq")],
  ];
  return messageText(`SIP/2.0 ${status} ${reason}`, [...copied, ...fields], body);
}

function splitFields(text: string): Field[] {
  const end = text.indexOf("\r\n\r\n");
  const lines = text.slice(0, end < 0 ? undefined : end).split("\r\n");
  return lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
}

function messageText(startLine: string, fields: readonly Field[], body: string): string {
  const lines = fields.map(([name, value]) => `${name}: ${value}`);
  return [startLine, ...lines, `Content-Length: ${Buffer.byteLength(body, "latin1")}`, "", body].join("\r\n");
}
