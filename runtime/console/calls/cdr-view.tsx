/** A call detail record with its fields explained. */
import { Fragment } from "preact";
import type { CdrBody } from "../../contract/call-api.ts";
import { Attempts } from "./attempts.tsx";
import { cdrFields } from "./cdr-fields.ts";
import "./calls.css";

export function CdrView({ cdr }: { readonly cdr: CdrBody }) {
  return (
    <>
      <dl class="cdr-fields">
        {cdrFields(cdr).map(({ title, value, meaning }) => (
          <Fragment key={title}>
            <dt>{title}</dt>
            <dd class="wrap">{value}</dd>
            <dd class="quiet small">{meaning}</dd>
          </Fragment>
        ))}
      </dl>
      <h3>Who was called</h3>
      <Attempts legs={cdr.legs} />
    </>
  );
}
