/** A MESSAGE that the switch sends by itself (RFC 3428 §4), and what becomes of it. */
import type { RequestFailure } from "../../sip/client-request.ts";
import type { Account } from "../../sip/dialog/account.ts";
import type { Hop } from "../../sip/hop.ts";
import type { HeaderField, SipResponse } from "../../sip/message/message.ts";
import type { SipStack } from "../../sip/stack.ts";

export interface OwnRequest {
  readonly uri: string;
  readonly hop: Hop;
  /** The values of Route. */
  readonly route: readonly string[];
  /** A name-addr without tag. */
  readonly from: string;
  /** The same. */
  readonly to: string;
  readonly callId: string;
  /** @default a new one */
  readonly tag?: string;
  /** All other fields, but those that describe the way. */
  readonly fields: readonly HeaderField[];
  readonly body: string;
  readonly account?: Account | undefined;
}

/** The final answer, or why there is none; never rejects. */
export function sendOwn(stack: SipStack, request: OwnRequest): Promise<SipResponse | RequestFailure> {
  const { uri, hop, route, from, to, callId, tag = stack.mint.tag(), fields, body, account } = request;
  const { promise, resolve } = Promise.withResolvers<SipResponse | RequestFailure>();
  const all: HeaderField[] = [
    ...route.map((value): HeaderField => ["Route", value]),
    ["From", `${from};tag=${tag}`],
    ["To", to],
    ["Call-ID", callId],
    ["CSeq", "1 MESSAGE"],
    ["Max-Forwards", "70"],
    ...fields,
  ];
  stack.send(
    { method: "MESSAGE", uri, hop, fields: all, body, account },
    {
      onResponse(response) {
        if (response.status >= 200) resolve(response);
      },
      onFailure: resolve,
    },
  );
  return promise;
}
