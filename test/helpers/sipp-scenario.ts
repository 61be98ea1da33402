/** Scenarios of SIPp, written step by step: a side of one call that sends and expects what is listed, in this order. */

type Fields = readonly string[];

const SDP = (port: number, version: number) =>
  [
    "v=0",
    `o=- 1 ${version} IN IP4 [local_ip]`,
    "s=-",
    "c=IN IP4 [local_ip]",
    "t=0 0",
    `m=audio ${port} RTP/AVP 0`,
    "a=rtpmap:0 PCMU/8000",
    "",
  ].join("\n");

const CONTACT = "Contact: <sip:sipp@[local_ip]:[local_port]>";

export interface Check {
  readonly header?: string;
  readonly pattern: string;
  /** The variable that keeps what was found. */
  readonly as?: string;
}

/** A description with audio at this port. */
export function audioAt(port: number, version = 1): string {
  return SDP(port, version);
}

/** The first INVITE of a caller. */
export function invite(fields: Fields, body = audioAt(6000)): string {
  return send([
    "INVITE sip:[field0]@[field1] SIP/2.0",
    "Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]",
    "From: <sip:caller@[local_ip]:[local_port]>;tag=[pid]c[call_number]",
    "To: <sip:[field0]@[field1]>",
    "Call-ID: [call_id]",
    "CSeq: 1 INVITE",
    CONTACT,
    "Max-Forwards: 70",
    ...fields,
    ...bodyLines(body),
  ]);
}

/** A later request of a caller; an ACK is not waited for. */
export function request(method: string, cseq: number, fields: Fields = [], body = ""): string {
  return send(
    [
      `${method} [next_url] SIP/2.0`,
      "Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]",
      "From: <sip:caller@[local_ip]:[local_port]>;tag=[pid]c[call_number]",
      "To: <sip:[field0]@[field1]>[peer_tag_param]",
      "Call-ID: [call_id]",
      `CSeq: ${cseq} ${method}`,
      ...(method === "UPDATE" ? [CONTACT] : []),
      "Max-Forwards: 70",
      ...fields,
      ...bodyLines(body),
    ],
    method !== "ACK",
  );
}

/** Answers the last request that has come; `to` answers the INVITE of before, which `expectInvite` has kept. */
export function answer(status: string, fields: Fields = [], body = "", to: "last" | "invite" = "last"): string {
  const isInvite = to === "invite";
  return send(
    [
      `SIP/2.0 ${status}`,
      ...(isInvite
        ? ["Via:[$via]", "CSeq:[$cseq]", "To:[$to];tag=[pid]s[call_number]"]
        : ["[last_Via:]", "[last_CSeq:]", "[last_To:]"]),
      "[last_From:]",
      "[last_Call-ID:]",
      ...(isInvite ? [CONTACT] : []),
      ...fields,
      ...bodyLines(body),
    ],
    isInvite && !status.startsWith("1"),
  );
}

/** The INVITE that begins the call of a callee. */
export function expectInvite(...checks: readonly Check[]): string {
  const kept = [
    { header: "Via:", pattern: ".*", as: "via" },
    { header: "CSeq:", pattern: ".*", as: "cseq" },
    { header: "To:", pattern: ".*", as: "to" },
  ];
  return expectRequest("INVITE", ...kept, ...checks);
}

export function expectRequest(method: string, ...checks: readonly Check[]): string {
  return `<recv request="${method}">${actions(checks)}</recv>`;
}

export function expectResponse(status: number, ...checks: readonly Check[]): string {
  return `<recv response="${status}" rrs="true">${actions(checks)}</recv>`;
}

export function mayGet(status: number): string {
  return `<recv response="${status}" optional="true"></recv>`;
}

export function pause(ms: number): string {
  return `<pause milliseconds="${ms}"/>`;
}

/** The whole scenario as SIPp reads it. */
export function scenario(...steps: readonly string[]): string {
  const variables = [
    ...new Set(steps.flatMap((step) => [...step.matchAll(/assign_to="([a-z0-9]+)"/g)].map(([, name]) => name))),
  ];
  const reference = variables.length === 0 ? "" : `<Reference variables="${variables.join(",")}"/>`;
  return `<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="test">\n${steps.join("\n")}\n${reference}\n</scenario>\n`;
}

function send(lines: readonly string[], isRepeated = true): string {
  const text = lines.join("\n");
  return `<send${isRepeated ? ' retrans="500"' : ""}>\n<![CDATA[\n${text}\n]]>\n</send>`;
}

function bodyLines(body: string): Fields {
  if (body === "") return ["Content-Length: 0", "", ""];
  return ["Content-Type: application/sdp", "Content-Length: [len]", "", body];
}

let unnamed = 0;

function actions(checks: readonly Check[]): string {
  if (checks.length === 0) return "";
  const all = checks.map(({ header, pattern, as = `check${++unnamed}` }) => {
    const where = header === undefined ? 'search_in="body"' : `search_in="hdr" header="${header}"`;
    return `<ereg regexp="${pattern}" ${where} check_it="true" assign_to="${as}"/>`;
  });
  return `<action>${all.join("")}</action>`;
}
