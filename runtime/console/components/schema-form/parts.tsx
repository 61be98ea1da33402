/** What the fields of a form are put in. */
import type { ComponentChildren } from "preact";
import { Button } from "../button.tsx";

interface PartProps {
  readonly label: string;
  readonly children: ComponentChildren;
  readonly onRemove?: () => void;
}

/** Fields that belong together. */
export function Part({ label, children, onRemove }: PartProps) {
  return (
    <fieldset class="part">
      <legend>{label}</legend>
      <div class="stack">{children}</div>
      {onRemove !== undefined && (
        <Button kind="quiet" aria-label={`Remove: ${label}`} onClick={onRemove}>
          Remove
        </Button>
      )}
    </fieldset>
  );
}

export function Absent({ label, onSet }: { readonly label: string; onSet(): void }) {
  return (
    <div>
      <Button kind="quiet" onClick={onSet}>
        + {label}
      </Button>
    </div>
  );
}
