/**
 * What makes a source suspicious, in points. Whoever comes to a hundred is banned; the points go away in ten minutes. A
 * phone that is set up wrongly does the same thing again and again and stays far below; a scanner tries one name after the
 * other.
 */

export const BAN_POINTS = 100;
/** How fast they go away. */
export const FORGIVEN_PER_SECOND = BAN_POINTS / 600;

export type Sign =
  /** A tool that scans says so itself. */
  | { readonly type: "scanner" }
  /** A password for a user whom we do not have. */
  | { readonly type: "unknown-user"; readonly name: string }
  | { readonly type: "wrong-password" }
  /** A password that was not looked at, since too many have been wrong. */
  | { readonly type: "guessing" }
  /** Asks in the name of a user without a password. That is how every phone begins, but not for one user after the other. */
  | { readonly type: "unproved"; readonly name: string; readonly isUser: boolean }
  /** Asks for somebody who is not here, or may not be asked for. */
  | { readonly type: "refused"; readonly name: string }
  | { readonly type: "malformed" }
  /** A request beyond what a source may send. */
  | { readonly type: "flood" };

/** `isRepeated`: the source has used this name before. */
export function pointsOf(sign: Sign, isRepeated: boolean): number {
  switch (sign.type) {
    case "scanner":
      return BAN_POINTS;
    case "unknown-user":
      return isRepeated ? 1 : 10;
    case "wrong-password":
      return 1;
    case "guessing":
      return 0.2;
    case "unproved":
      if (isRepeated) return 0.1;
      return sign.isUser ? 1 : 8;
    case "refused":
      return isRepeated ? 0.5 : 5;
    case "malformed":
      return 2;
    case "flood":
      return 0.05;
  }
}

const REASONS: Readonly<Record<Sign["type"], string>> = {
  scanner: "It calls itself by the name of a scanner",
  "unknown-user": "It tried users that are not there",
  "wrong-password": "It guessed passwords",
  guessing: "It guessed passwords",
  unproved: "It asked in the name of one user after the other, without a password",
  refused: "It called one number after the other that is not there or not for it",
  malformed: "It sent too much that is no SIP",
  flood: "It sent far more requests than a source may",
};

export function reasonOf(sign: Sign): string {
  return REASONS[sign.type];
}
