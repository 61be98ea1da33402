/**
 * A phone with somebody at it: rings by itself, and does what a test says. It has one line: who is called while he talks
 * is busy. What is spoken on it is known to the media plane alone; its descriptions are those of a plain phone.
 */
import { type InviteParts, Phone, Side, type Wire } from "./phone.ts";
import type { Field, SipText } from "./sip-text.ts";

const RING_CODE = 180;
const BUSY_CODE = 486;

/** What the phone does with its line. */
export type Line =
  | { readonly state: "idle" }
  | { readonly state: "calling"; readonly invite: SipText }
  | { readonly state: "ringing"; readonly invite: SipText }
  | { readonly state: "talking"; readonly side: Side; readonly callId: string };

type Talking = Extract<Line, { state: "talking" }>;

export interface PhoneWatcher {
  /** A response to the INVITE with which this phone called. */
  responded(phone: SimPhone, response: SipText): void;
  /** The other side has hung up. */
  hungUp(phone: SimPhone): void;
  rang(phone: SimPhone, invite: SipText): void;
}

export class SimPhone {
  /** Whose phone it is: a user, or an address outside. */
  readonly name: string;
  readonly phone: Phone;
  line: Line = { state: "idle" };
  readonly #watcher: PhoneWatcher;
  /** Calls that wait while the phone calls somebody else. */
  #held: Talking[] = [];
  #refusal: number | null = null;
  #descriptions = 0;

  constructor(wire: Wire, name: string, address: string, watcher: PhoneWatcher) {
    this.name = name;
    this.phone = new Phone(wire, userPart(name), address);
    this.phone.onMessage = (message) => this.#receive(message);
    this.#watcher = watcher;
  }

  /** From now on it gives no sign of life, or refuses every call at once. */
  keepTo(manner: "silent" | number): void {
    if (manner === "silent") {
      this.phone.isPolite = false;
      this.phone.onMessage = null;
    } else {
      this.#refusal = manner;
    }
  }

  call(uri: string, parts: InviteParts): SipText {
    if (this.line.state === "talking") this.#held.push(this.line);
    const invite = this.phone.invite(uri, { ...parts, body: parts.body ?? this.#describe() });
    this.line = { state: "calling", invite };
    return invite;
  }

  /** Takes the call that rings here. */
  answer(): void {
    const { line } = this;
    if (line.state !== "ringing") return;
    this.phone.answer(line.invite, 200, { reason: "OK", body: this.#describe() });
    const side = Side.ofCallee(this.phone, line.invite);
    this.line = { state: "talking", side, callId: line.invite.header("Call-ID") };
  }

  reject(status: number, reason: string): void {
    if (this.line.state !== "ringing") return;
    this.phone.answer(this.line.invite, status, { reason });
    this.line = { state: "idle" };
  }

  /** Gives up calling, or hangs up. */
  hangUp(): void {
    if (this.line.state === "calling") this.phone.cancel(this.line.invite);
    else if (this.line.state === "talking") {
      this.line.side.request("BYE");
      this.#endLine();
    }
  }

  /** Its side of a call that is up, the one that waits as well. */
  dialog(callId: string): Side | undefined {
    const lines = this.line.state === "talking" ? [this.line, ...this.#held] : this.#held;
    return lines.find((line) => line.callId === callId)?.side;
  }

  /** Asks the switch to connect the other side of a call with somebody else. */
  refer(side: Side, referTo: string): void {
    side.request("REFER", {
      fields: [
        ["Contact", this.phone.contact],
        ["Refer-To", `<${referTo}>`],
      ],
    });
  }

  /** A key, told by INFO: the audio does not pass through the switch. */
  sendKey(key: string): void {
    if (this.line.state !== "talking") return;
    const fields: Field[] = [["Content-Type", "application/dtmf-relay"]];
    this.line.side.request("INFO", { fields, body: `Signal=${key}\r\nDuration=160\r\n` });
  }

  #receive(message: SipText): void {
    if (message.status > 0) this.#onResponse(message);
    else if (message.method === "INVITE") this.#onInvite(message);
    else if (message.method === "CANCEL") this.#onCancel(message);
    else if (message.method === "BYE") this.#onBye(message);
    else if (message.method !== "ACK") this.phone.answer(message, 200, { reason: "OK" });
  }

  #onResponse(response: SipText): void {
    if (this.line.state !== "calling" || response.method !== "INVITE") return;
    const { invite } = this.line;
    if (response.header("Call-ID") !== invite.header("Call-ID")) return;
    if (response.status >= 300) this.#endLine();
    else if (response.status >= 200) {
      const side = Side.ofCaller(this.phone, invite, response);
      side.ack(invite);
      this.line = { state: "talking", side, callId: invite.header("Call-ID") };
    }
    this.#watcher.responded(this, response);
  }

  #onInvite(invite: SipText): void {
    if (invite.param("To", "tag") !== "") {
      this.phone.answer(invite, 200, { reason: "OK", body: this.#describe() });
    } else if (this.#refusal !== null) {
      this.phone.answer(invite, this.#refusal, { reason: "Refused" });
    } else if (this.line.state !== "idle") {
      this.phone.answer(invite, BUSY_CODE, { reason: "Busy Here" });
    } else {
      this.line = { state: "ringing", invite };
      this.phone.answer(invite, RING_CODE, { reason: "Ringing" });
      this.#watcher.rang(this, invite);
    }
  }

  #onCancel(cancel: SipText): void {
    const { line } = this;
    if (line.state === "ringing" && line.invite.header("Call-ID") === cancel.header("Call-ID")) {
      this.line = { state: "idle" };
    }
  }

  #onBye(bye: SipText): void {
    const callId = bye.header("Call-ID");
    this.#held = this.#held.filter((held) => held.callId !== callId);
    if (this.line.state !== "talking" || this.line.callId !== callId) return;
    this.#endLine();
    this.#watcher.hungUp(this);
  }

  /** The call that waits longest is there again. */
  #endLine(): void {
    this.line = this.#held.shift() ?? { state: "idle" };
  }

  #describe(): string {
    return [
      "v=0",
      `o=- 7 ${++this.#descriptions} IN IP4 ${this.phone.address}`,
      "s=-",
      `c=IN IP4 ${this.phone.address}`,
      "t=0 0",
      "m=audio 4000 RTP/AVP 8 101",
      "a=rtpmap:8 PCMA/8000",
      "a=rtpmap:101 telephone-event/8000",
      "a=sendrecv",
      "",
    ].join("\r\n");
  }
}

/** What stands before the @ of a Contact. */
function userPart(name: string): string {
  const user = /^(?:sips?|tel):([^@;]+)/.exec(name)?.[1] ?? name;
  return encodeURIComponent(user);
}
