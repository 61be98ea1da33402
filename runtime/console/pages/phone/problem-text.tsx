import type { Problem } from "./problems.ts";

/** The code of SIP, where there is one, and what it means. */
export function ProblemText({ problem }: { readonly problem: Problem }) {
  return (
    <span class="wrap">
      {problem.code !== null && <strong>{problem.code}. </strong>}
      {problem.text}
    </span>
  );
}
