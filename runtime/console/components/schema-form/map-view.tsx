/** Names with values. While a name is typed it may be that of another entry for a moment: the entries are kept as a list. */
import { useSignal } from "@preact/signals";
import { Button } from "../button.tsx";
import { TextField } from "../field.tsx";
import { singular } from "./field.ts";
import type { Within } from "./list-view.tsx";
import { Absent, Part } from "./parts.tsx";
import { emptyValue, recordOf } from "./value.ts";
import { join, type ViewOf } from "./view-props.ts";

export function MapView({ field, label, path, value, isRequired, errors, onChange, View }: ViewOf<"map"> & Within) {
  const state = useSignal(Object.entries(recordOf(value)));
  const entries = state.value;
  const change = (next: typeof entries) => {
    state.value = next;
    onChange(next.length === 0 && !isRequired ? undefined : Object.fromEntries(next));
  };
  const add = () => change([...entries, ["", emptyValue(field.value)]]);
  if (entries.length === 0) return <Absent label={label} onSet={add} />;
  return (
    <Part label={label}>
      {entries.map(([name, entry], index) => (
        <div class="item" key={index}>
          <TextField
            label="Name"
            required
            value={name}
            onInput={(typed) => change(entries.with(index, [typed, entry]))}
          />
          <View
            field={field.value}
            label="Value"
            path={join(path, name)}
            value={entry}
            isRequired
            errors={errors}
            onChange={(next) => next !== undefined && change(entries.with(index, [name, next]))}
          />
          <Button
            kind="quiet"
            aria-label={`Remove ${name}`}
            onClick={() => change(entries.filter((_other, at) => at !== index))}
          >
            ×
          </Button>
        </div>
      ))}
      {!entries.some(([name]) => name === "") && (
        <Absent label={`Another ${singular(label).toLowerCase()}`} onSet={add} />
      )}
    </Part>
  );
}
