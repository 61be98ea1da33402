import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { FieldFrame } from "../../components/field.tsx";

interface PercentFieldProps {
  readonly label: string;
  readonly value: number;
  /** @default 1 */
  readonly least?: number;
  readonly hint?: ComponentChildren;
  onInput(value: number): void;
}

/** A share of the calls: by the slider, or as a number. */
export function PercentField({ label, value, least = 1, hint, onInput }: PercentFieldProps) {
  const id = useId();
  const set = (text: string) => {
    const number = Math.round(Number(text));
    if (text !== "" && Number.isFinite(number)) onInput(Math.min(100, Math.max(least, number)));
  };
  return (
    <FieldFrame id={id} label={label} isRequired {...(hint === undefined ? {} : { hint })}>
      <div class="scripts-percent">
        <input
          id={id}
          type="range"
          min={least}
          max={100}
          value={value}
          onInput={(event) => set(event.currentTarget.value)}
        />
        <input
          type="number"
          aria-label={`${label} in percent`}
          min={least}
          max={100}
          value={value}
          onInput={(event) => set(event.currentTarget.value)}
        />
        <span>%</span>
      </div>
    </FieldFrame>
  );
}
