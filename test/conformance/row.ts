/** A row of the conformance table: one testable claim of an RFC, and the test that shows it, or why there is none. */
interface Claim {
  readonly id: string;
  readonly rfc: string;
  readonly claim: string;
}

export type Row =
  | (Claim & { readonly status: "pass"; readonly test: string })
  | (Claim & { readonly status: "not-yet" | "not-applicable"; readonly reason: string });

/** `test`: the file, from the folder `test`. */
export function pass(id: string, rfc: string, claim: string, test: string): Row {
  return { id, rfc, claim, status: "pass", test };
}

export function notYet(id: string, rfc: string, claim: string, reason: string): Row {
  return { id, rfc, claim, status: "not-yet", reason };
}

/** A claim about a role that the switch does not play. */
export function notApplicable(id: string, rfc: string, claim: string, reason: string): Row {
  return { id, rfc, claim, status: "not-applicable", reason };
}
