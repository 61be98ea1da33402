/** `phone`: telephone numbers as people write them, in every country's way. */
import { operate } from "./operation.ts";

/** What kind of line a number belongs to, by the numbering plan of its country; `null` where the plan does not tell. */
export type PhoneNumberType =
  | "mobile"
  | "fixed-line"
  | "fixed-line-or-mobile"
  | "toll-free"
  | "premium-rate"
  | "shared-cost"
  | "voip"
  | "personal"
  | "pager"
  | "universal-access"
  | "voicemail"
  | null;

export interface PhoneNumber {
  /** E.164, as trunks and routes take it: `"+4930123456"`. */
  readonly e164: string;
  /** ISO 3166-1 in two letters, `"DE"`; `null` where the calling code alone does not tell, as for satellite phones. */
  readonly country: string | null;
  /** Without the plus: `"49"`. */
  readonly callingCode: string;
  /** As people write it within the country: `"030 123456"`. */
  readonly national: string;
  /** As people write it elsewhere: `"+49 30 123456"`. */
  readonly international: string;
  /** `"tel:+4930123456"` (RFC 3966). */
  readonly uri: string;
  readonly type: PhoneNumberType;
  /** Whether the numbering plan has such numbers, not only numbers of this length. */
  readonly valid: boolean;
}

export interface PhoneOptions {
  /**
   * Where a number without a country's code is dialled: ISO 3166-1 in two letters.
   * @default the country of the switch, `media.country` in its configuration
   */
  readonly country?: string;
}

/**
 * Reads telephone numbers. Each function rejects with an `OperationError` (`invalid-arguments`) where the country is not
 * known or the text is longer than 128 characters.
 *
 * @example
 * const number = await phone.parse(call.to.user, { country: "DE" });
 * if (number?.type === "premium-rate") return reject(403);
 * return number === null ? reject(404) : forward(number.e164);
 */
export const phone = Object.freeze({
  /** What a number is, or `null` where the text is none: too short, too long, or no digits. */
  parse(text: string, options: PhoneOptions = {}): Promise<PhoneNumber | null> {
    return operate("phone.parse", { ...options, text });
  },

  /** The number in E.164, or `null` where the text is none. */
  async e164(text: string, options: PhoneOptions = {}): Promise<string | null> {
    return (await phone.parse(text, options))?.e164 ?? null;
  },
});
