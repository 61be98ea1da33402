/** A form for whatever a JSON Schema describes, or the same as JSON. Controlled: `value` in, `onChange` out. */
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { Tabs } from "../tabs.tsx";
import { fieldOf, type JsonSchema } from "./field.ts";
import { FieldView } from "./field-view.tsx";
import { JsonField } from "./json-field.tsx";
import type { Json } from "./value.ts";
import "./schema-form.css";

interface SchemaFormProps {
  /** What it is a form for, read aloud. */
  readonly label: string;
  readonly schema: JsonSchema;
  readonly value: Json;
  onChange(value: Json): void;
  /** What the switch has against single fields, by path (`targets.0`). @default none */
  readonly errors?: ReadonlyMap<string, string>;
}

const NO_ERRORS: ReadonlyMap<string, string> = new Map();

export function SchemaForm({ label, schema, value, onChange, errors = NO_ERRORS }: SchemaFormProps) {
  const way = useSignal<"form" | "json">("form");
  const field = useMemo(() => fieldOf(schema), [schema]);
  return (
    <div class="schema-form">
      <Tabs
        label={`How to fill in: ${label}`}
        tabs={[
          { id: "form", title: "Form" },
          { id: "json", title: "JSON" },
        ]}
        selected={way}
      />
      {way.value === "form" ? (
        <FieldView
          field={field}
          label={label}
          path=""
          value={value}
          isRequired
          onChange={(next) => next !== undefined && onChange(next)}
          errors={errors}
        />
      ) : (
        <JsonField label={label} rows={14} value={value} onChange={onChange} />
      )}
    </div>
  );
}
