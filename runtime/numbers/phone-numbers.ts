/** Telephone numbers by the numbering plans of all countries. */
import {
  type CountryCode,
  isSupportedCountry,
  type NumberType,
  parsePhoneNumberFromString,
} from "libphonenumber-js/max";
import type { PhoneNumber, PhoneNumberType } from "../../sdk/phone.ts";
import { RequestError } from "../base/errors.ts";

const TYPES: Readonly<Record<NonNullable<NumberType>, PhoneNumberType>> = {
  MOBILE: "mobile",
  FIXED_LINE: "fixed-line",
  FIXED_LINE_OR_MOBILE: "fixed-line-or-mobile",
  TOLL_FREE: "toll-free",
  PREMIUM_RATE: "premium-rate",
  SHARED_COST: "shared-cost",
  VOIP: "voip",
  PERSONAL_NUMBER: "personal",
  PAGER: "pager",
  UAN: "universal-access",
  VOICEMAIL: "voicemail",
};

/** A tel URI (RFC 3966), of which only the number counts. */
const TEL = /^tel:([^;]*)/i;

/** The whole text must be a number, or a tel URI: none is looked for in it. `null`: it is not one. */
export function parsePhoneNumber(text: string, country: string): PhoneNumber | null {
  const home = countryCode(country);
  const written = TEL.exec(text)?.[1] ?? text;
  const number = parsePhoneNumberFromString(written, { defaultCountry: home, extract: false });
  if (number === undefined || !number.isPossible()) return null;
  const type = number.getType();
  return {
    e164: number.number,
    country: number.country ?? null,
    callingCode: number.countryCallingCode,
    national: number.formatNational(),
    international: number.formatInternational(),
    uri: `tel:${number.number}`,
    type: type === undefined ? null : TYPES[type],
    valid: number.isValid(),
  };
}

/** A number as it is dialled in a country, in E.164; `null`: it is none. */
export function internationalNumber(number: string, country: string): string | null {
  if (!isSupportedCountry(country)) return null;
  const parsed = parsePhoneNumberFromString(number, { defaultCountry: country, extract: false });
  return parsed?.isPossible() === true ? parsed.number : null;
}

/** A number in E.164 with the digits that are dialled for it in a country; `null`: it is none. */
export function dialledNumber(number: string, country: string): string | null {
  if (!isSupportedCountry(country)) return null;
  const parsed = parsePhoneNumberFromString(number, { extract: false });
  if (parsed?.isPossible() !== true) return null;
  const isHome = parsed.country === country;
  const text = isHome ? parsed.formatNational() : parsed.format("IDD", { fromCountry: country });
  return text.replaceAll(/[^0-9]/g, "");
}

/** The country of a number with + and its country code; `null` where it is of no single country, or no number. */
export function countryOfNumber(number: string): string | null {
  const parsed = parsePhoneNumberFromString(number, { extract: false });
  return parsed?.isPossible() === true ? (parsed.country ?? null) : null;
}

function countryCode(text: string): CountryCode {
  const code = text.toUpperCase();
  if (isSupportedCountry(code)) return code;
  throw new RequestError(
    "invalid-request",
    `country: there is no "${text.slice(0, 20)}"; two letters such as DE or US`,
  );
}
