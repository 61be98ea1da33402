/** The numbering plans of all countries, as trunks need them. */
import { dialledNumber, internationalNumber } from "../numbers/phone-numbers.ts";
import type { NumberPlan } from "../switch/trunks/number-form.ts";

export const NUMBER_PLAN: NumberPlan = { toE164: internationalNumber, toNational: dialledNumber };
