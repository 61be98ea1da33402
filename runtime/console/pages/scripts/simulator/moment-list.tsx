import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Badge } from "../../../components/badge.tsx";
import { CheckField } from "../../../components/field.tsx";
import { visibleLine } from "../../../components/visible-text.ts";
import type { Jump } from "../code/workspace.ts";
import { PlaceButton } from "../place-button.tsx";
import { type Moment, momentText } from "./moments.ts";

interface MomentsProps {
  readonly moments: readonly Moment[];
  readonly showsSip: Signal<boolean>;
  onPlace(jump: Jump): void;
}

/** What has happened so far, the last at the end and in sight. */
export function Moments({ moments, showsSip, onPlace }: MomentsProps) {
  const list = useRef<HTMLOListElement>(null);
  const shown = moments.filter(({ type }) => type !== "sip" || showsSip.value);
  useEffect(() => {
    list.current?.lastElementChild?.scrollIntoView({ block: "nearest" });
  }, [moments.length]);
  return (
    <>
      <CheckField
        label="SIP messages"
        checked={showsSip.value}
        onChange={(isShown) => {
          showsSip.value = isShown;
        }}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
      <ol class="scripts-moments" aria-label="What has happened" ref={list} tabIndex={0}>
        {shown.map((moment) => {
          const { kind, text, tone, place } = momentText(moment);
          return (
            <li key={moment.n}>
              <span class="number quiet small">{moment.at.toFixed(1)} s</span>
              <span class="scripts-badge">
                <Badge tone={tone}>{kind}</Badge>
              </span>
              <span class="wrap">
                {visibleLine(text)} {place !== null && <PlaceButton place={place} onPlace={onPlace} />}
              </span>
            </li>
          );
        })}
      </ol>
    </>
  );
}
