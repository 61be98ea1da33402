/** A list of things of one kind. */
import type { ComponentType } from "preact";
import { Button } from "../button.tsx";
import { singular } from "./field.ts";
import { Absent, Part } from "./parts.tsx";
import { emptyValue, listOf, orAbsent } from "./value.ts";
import { type FieldViewProps, join, type ViewOf } from "./view-props.ts";

/** What shows a field of any kind. */
export interface Within {
  readonly View: ComponentType<FieldViewProps>;
}

export function ListView({ field, label, path, value, isRequired, errors, onChange, View }: ViewOf<"list"> & Within) {
  const items = listOf(value);
  const one = singular(label);
  const change = (next: typeof items) => onChange(orAbsent([...next], isRequired));
  const add = () => change([...items, emptyValue(field.item)]);
  if (items.length === 0) return <Absent label={label} onSet={add} />;
  return (
    <Part label={label}>
      {items.map((item, index) => (
        <div class="item" key={index}>
          <View
            field={field.item}
            label={`${one} ${index + 1}`}
            path={join(path, index)}
            value={item}
            isRequired
            errors={errors}
            onChange={(next) => next !== undefined && change(items.with(index, next))}
          />
          {items.length > field.least && (
            <Button
              kind="quiet"
              aria-label={`Remove ${one} ${index + 1}`}
              onClick={() => change(items.filter((_other, at) => at !== index))}
            >
              ×
            </Button>
          )}
        </div>
      ))}
      {items.length < (field.most ?? Number.POSITIVE_INFINITY) && (
        <Absent label={`Another ${one.toLowerCase()}`} onSet={add} />
      )}
    </Part>
  );
}
