/** A row of the conformance table: one testable claim of an RFC, and the tests that show it, or why there are none. */
interface Claim {
  readonly id: string;
  readonly rfc: string;
  readonly claim: string;
}

/** Tests that show a claim: words of their titles, as they stand in the file. */
export interface Proof {
  /** From the folder `test`. */
  readonly file: string;
  readonly titles: readonly [string, ...string[]];
}

export type Row =
  | (Claim & { readonly status: "pass"; readonly proofs: readonly [Proof, ...Proof[]] })
  | (Claim & { readonly status: "not-yet" | "not-applicable"; readonly reason: string });

export function by(file: string, ...titles: readonly [string, ...string[]]): Proof {
  return { file, titles };
}

export function pass(id: string, rfc: string, claim: string, ...proofs: readonly [Proof, ...Proof[]]): Row {
  return { id, rfc, claim, status: "pass", proofs };
}

export function notYet(id: string, rfc: string, claim: string, reason: string): Row {
  return { id, rfc, claim, status: "not-yet", reason };
}

/** A claim about a role that the switch does not play. */
export function notApplicable(id: string, rfc: string, claim: string, reason: string): Row {
  return { id, rfc, claim, status: "not-applicable", reason };
}
