/** Numbers in prompts: the words that they are put together from, and the way to do it in English. */

export const numberWords = {
  "number-0": "zero",
  "number-1": "one",
  "number-2": "two",
  "number-3": "three",
  "number-4": "four",
  "number-5": "five",
  "number-6": "six",
  "number-7": "seven",
  "number-8": "eight",
  "number-9": "nine",
  "number-10": "ten",
  "number-11": "eleven",
  "number-12": "twelve",
  "number-13": "thirteen",
  "number-14": "fourteen",
  "number-15": "fifteen",
  "number-16": "sixteen",
  "number-17": "seventeen",
  "number-18": "eighteen",
  "number-19": "nineteen",
  "number-20": "twenty",
  "number-30": "thirty",
  "number-40": "forty",
  "number-50": "fifty",
  "number-60": "sixty",
  "number-70": "seventy",
  "number-80": "eighty",
  "number-90": "ninety",
  hundred: "hundred",
  star: "star",
  pound: "pound",
} as const;

export type NumberWord = keyof typeof numberWords;

/** From here on a number is read digit by digit. */
const TOO_LARGE = 1_000;
/** Of a telephone number (ITU-T E.164 has 15); what is longer is not read to its end. */
const MAX_DIGITS = 20;

/** The prompts that say a whole number: "three hundred forty two". */
export function numberPrompts(value: number): NumberWord[] {
  const number = Number.isFinite(value) ? Math.max(0, Math.trunc(value)) : 0;
  if (number >= TOO_LARGE) return digitPrompts(String(number));
  const rest = number % 100;
  if (number < 100) return belowHundred(rest);
  return [...belowHundred(Math.floor(number / 100)), "hundred", ...(rest === 0 ? [] : belowHundred(rest))];
}

/** The prompts that read a telephone number; what is no key of a telephone is left out. */
export function digitPrompts(digits: string): NumberWord[] {
  const words = Array.from(digits, (digit): NumberWord | null => {
    if (digit === "*") return "star";
    if (digit === "#") return "pound";
    return word(`number-${digit}`);
  });
  return words.filter((found) => found !== null).slice(0, MAX_DIGITS);
}

function belowHundred(number: number): NumberWord[] {
  const whole = word(`number-${number}`);
  if (whole !== null) return [whole];
  const [tens, unit] = [word(`number-${number - (number % 10)}`), word(`number-${number % 10}`)];
  return [tens, unit].filter((found) => found !== null);
}

function word(name: string): NumberWord | null {
  return isNumberWord(name) ? name : null;
}

function isNumberWord(name: string): name is NumberWord {
  return Object.hasOwn(numberWords, name);
}
