/** Digest for raw phones: register a contact, or call as a user of the switch. */

import { type Field, requestText, SipText } from "../../runtime/simulator/network/sip-text.ts";
import { type Credentials, digestAnswer } from "./digest-answer.ts";
import { ackRefusal, type InviteOptions, inviteText } from "./raw-dialog.ts";
import { freshText, type RawPhone } from "./raw-phone.ts";

export interface RegisterOptions {
  readonly user: string;
  /** @default "pw-USER" */
  readonly password?: string;
  readonly domain?: string;
  /** The value of each Contact line. @default the phone's own */
  readonly contacts?: readonly string[];
  /** The Expires header. @default "600"; null: none */
  readonly expires?: string | null;
  readonly callId?: string;
  readonly cseq?: number;
  /** The user of the To header, where it is not the one that authenticates. */
  readonly aor?: string;
  readonly fields?: readonly Field[];
}

/** Sends one REGISTER, without credentials unless given in `fields`, and gives its text. */
export function sendRegister(phone: RawPhone, options: RegisterOptions): SipText {
  const { user, domain = "example.test", contacts = [phone.contact], expires = "600", aor = user } = options;
  const text = requestText({
    method: "REGISTER",
    uri: `sip:${domain}`,
    fields: [
      ["Via", phone.via()],
      ["Max-Forwards", "70"],
      ["From", `<sip:${aor}@${domain}>;tag=${freshText("r")}`],
      ["To", `<sip:${aor}@${domain}>`],
      ["Call-ID", options.callId ?? freshText("reg")],
      ["CSeq", `${options.cseq ?? 1} REGISTER`],
      ...contacts.map((contact): Field => ["Contact", contact]),
      ...(expires === null ? [] : [["Expires", expires] as const]),
      ...(options.fields ?? []),
    ],
  });
  phone.send(text);
  return new SipText(text);
}

/** REGISTER, 401, REGISTER with credentials; gives the final answer, whatever it is. */
export async function register(phone: RawPhone, options: RegisterOptions): Promise<SipText> {
  const callId = options.callId ?? freshText("reg");
  const cseq = options.cseq ?? 1;
  sendRegister(phone, { ...options, callId, cseq });
  const challenge = await phone.expect(finalAnswer(callId));
  if (challenge.status !== 401) return challenge;
  const asked = { method: "REGISTER", uri: `sip:${options.domain ?? "example.test"}` };
  const authorization = digestAnswer(challenge.headers("WWW-Authenticate"), credentialsOf(options), asked);
  const fields: Field[] = [...(options.fields ?? []), ["Authorization", authorization]];
  sendRegister(phone, { ...options, callId, cseq: cseq + 1, fields });
  return phone.expect(finalAnswer(callId));
}

/** An INVITE from a user of the switch: challenged, acknowledged, and sent again with credentials. */
export async function inviteAs(
  phone: RawPhone,
  who: Credentials,
  to: string,
  options: InviteOptions = {},
): Promise<SipText> {
  const fixed: InviteOptions = {
    from: `sip:${who.user}@example.test`,
    callId: freshText("call"),
    fromTag: freshText("f"),
    ...options,
  };
  const first = new SipText(inviteText(phone, to, fixed));
  phone.send(first.text);
  const challenge = await phone.expect("407 INVITE");
  ackRefusal(phone, first, challenge);
  const asked = { method: "INVITE", uri: first.uri };
  const authorization = digestAnswer(challenge.headers("Proxy-Authenticate"), who, asked);
  const fields: Field[] = [...(options.fields ?? []), ["Proxy-Authorization", authorization]];
  const second = new SipText(inviteText(phone, to, { ...fixed, cseq: 2, fields }));
  phone.send(second.text);
  return second;
}

function credentialsOf(options: RegisterOptions): Credentials {
  return { user: options.user, password: options.password ?? `pw-${options.user}` };
}

function finalAnswer(callId: string): RegExp {
  return new RegExp(`^SIP/2\\.0 [2-6][\\s\\S]*Call-ID: ${callId}`, "i");
}
