import type { ComparisonBody } from "../../../../contract/journal-api.ts";
import { path } from "../../../api/path.ts";
import { canOpen } from "../../../app/pages.ts";
import { visibleLine } from "../../../components/visible-text.ts";
import type { Jump } from "../code/workspace.ts";
import { PlaceButton } from "../place-button.tsx";
import { placeOf } from "../simulator/moments.ts";

interface ComparisonsProps {
  readonly call: string;
  readonly events: readonly ComparisonBody[];
  onPlace(jump: Jump): void;
}

/** Where a call would have gone otherwise, event by event. */
export function Comparisons({ call, events, onPlace }: ComparisonsProps) {
  const to = path`/calls/${call}`;
  return (
    <article class="scripts-card" aria-label={`Call ${call}`}>
      <h3 class="wrap">{canOpen(to) ? <a href={to}>{call}</a> : call}</h3>
      {events
        .filter(({ result }) => result !== "same")
        .map((event) => (
          <div key={event.event}>
            <p>
              <strong>{event.handler}</strong> <span class="quiet">{event.why ?? event.result}</span>
            </p>
            <ul class="scripts-differences">
              {[...event.decision, ...event.state].map(({ path: where, recorded, replayed }) => (
                <li key={where}>
                  <code>{where}</code>: <del>{json(recorded)}</del> <ins>{json(replayed)}</ins>
                </li>
              ))}
              {event.operations.map(({ type, name, args }, index) => (
                <li key={index}>
                  <code>{`${name}(${json(args)})`}</code> <span class="quiet">{type}</span>
                </li>
              ))}
              {event.fault?.replayed != null && <Fault fault={event.fault.replayed} onPlace={onPlace} />}
            </ul>
          </div>
        ))}
    </article>
  );
}

interface FaultProps {
  readonly fault: NonNullable<NonNullable<ComparisonBody["fault"]>["replayed"]>;
  onPlace(jump: Jump): void;
}

function Fault({ fault, onPlace }: FaultProps) {
  const place = placeOf(fault);
  return (
    <li class="bad">
      {fault.reason}: {visibleLine(fault.message)} {place !== null && <PlaceButton place={place} onPlace={onPlace} />}
    </li>
  );
}

function json(value: unknown): string {
  return value === undefined ? "nothing" : visibleLine(JSON.stringify(value));
}
