import { useEffect, useRef } from "preact/hooks";
import { setQuery } from "../../app/router.ts";
import { Button } from "../../components/button.tsx";
import { FilterSelect } from "../../components/field.tsx";
import { FIELDS, isNarrowed, type searchOf } from "./search.ts";

export function Filters({ search }: { readonly search: ReturnType<typeof searchOf> }) {
  const set = (name: (typeof FIELDS)[number]) => (value: string) => setQuery({ [name]: value });
  return (
    <search class="audit-filters row" aria-label="Audit log">
      <Entry label="Who" placeholder="Who" value={search.actor} onChange={set("actor")} />
      <Entry label="Action" placeholder="Action, whole" value={search.action} onChange={set("action")} />
      <Entry label="What" placeholder="What: /v1/routes" value={search.target} onChange={set("target")} />
      <FilterSelect
        label="Outcome"
        value={search.outcome}
        choices={[
          { value: "", title: "Any outcome" },
          { value: "done", title: "done" },
          { value: "refused", title: "refused" },
        ]}
        onChange={set("outcome")}
      />
      <Moment label="From" value={search.since} onChange={set("since")} />
      <Moment label="To" value={search.until} onChange={set("until")} />
      {isNarrowed(search) && (
        <Button kind="quiet" onClick={() => setQuery(Object.fromEntries(FIELDS.map((name) => [name, null])))}>
          Clear
        </Button>
      )}
    </search>
  );
}

interface EntryProps {
  readonly label: string;
  readonly value: string;
  onChange(value: string): void;
}

/** Searched for once it has been typed. */
function Entry({ label, placeholder, value, onChange }: EntryProps & { readonly placeholder: string }) {
  const field = useRef<HTMLInputElement>(null);
  // What the address says shows, unless somebody is typing.
  useEffect(() => {
    if (field.current !== null && field.current !== document.activeElement) field.current.value = value;
  }, [value]);
  return (
    <input
      ref={field}
      type="search"
      class="search"
      aria-label={label}
      placeholder={placeholder}
      spellcheck={false}
      autocomplete="off"
      maxLength={256}
      defaultValue={value}
      onChange={(event) => onChange(event.currentTarget.value.trim())}
    />
  );
}

function Moment({ label, value, onChange }: EntryProps) {
  return (
    <label class="row">
      {label}
      <input type="datetime-local" value={value} onChange={(event) => onChange(event.currentTarget.value)} />
    </label>
  );
}
