/** The fields of a search, above the table. What they say is in the address. */
import { useEffect, useRef } from "preact/hooks";
import { getAll } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import { setQuery } from "../../app/router.ts";
import { can } from "../../app/session.ts";
import { Button } from "../../components/button.tsx";
import { FilterSelect } from "../../components/field.tsx";
import { addressOf, type CdrSearch, isNarrowed, RANGES, type Range, RESULTS } from "./search.ts";

const RANGE_TITLES: Readonly<Record<Range, string>> = {
  hour: "Last hour",
  today: "Today",
  yesterday: "Yesterday",
  week: "Last 7 days",
  month: "Last 30 days",
  all: "All there are",
  other: "From … to …",
};

export function Filters({ search }: { readonly search: CdrSearch }) {
  const set = (name: keyof CdrSearch) => (value: string) => setQuery({ [name]: addressOf(name, value) });
  return (
    <search class="cdrs-filters row" aria-label="Calls">
      <FilterSelect
        label="When"
        value={search.range}
        choices={RANGES.map((value) => ({ value, title: RANGE_TITLES[value] }))}
        onChange={set("range")}
      />
      {search.range === "other" && (
        <>
          <Moment label="From" value={search.since} onChange={set("since")} />
          <Moment label="To" value={search.until} onChange={set("until")} />
        </>
      )}
      <Party label="Caller" value={search.from} onChange={set("from")} />
      <Party label="Called" value={search.to} onChange={set("to")} />
      <FilterSelect
        label="Result"
        value={search.result}
        choices={[{ value: "", title: "Any result" }, ...RESULTS.map((value) => ({ value, title: value }))]}
        onChange={set("result")}
      />
      <Names of="script" value={search.script} onChange={set("script")} />
      <Names of="trunk" value={search.trunk} onChange={set("trunk")} />
      {isNarrowed(search) && (
        <Button
          kind="quiet"
          onClick={() => setQuery({ from: null, to: null, result: null, script: null, trunk: null })}
        >
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

/** A user or a number, whole: it is searched for once it has been typed. */
function Party({ label, value, onChange }: EntryProps) {
  const field = useRef<HTMLInputElement>(null);
  // What the address says shows, unless somebody is typing.
  useEffect(() => {
    if (field.current !== null && field.current !== document.activeElement) field.current.value = value;
  }, [value]);
  return (
    <input
      ref={field}
      type="search"
      class="search cdrs-party"
      aria-label={`${label}: user, number or URI`}
      placeholder={`${label}: user or number`}
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

const LISTS = {
  script: { scope: "scripts:read", path: "/v1/scripts" },
  trunk: { scope: "trunks:read", path: "/v1/trunks" },
} as const;

interface NamesProps extends Omit<EntryProps, "label"> {
  readonly of: keyof typeof LISTS;
}

/** Those that there are now, and the one that is searched for. */
function Names({ of, value, onChange }: NamesProps) {
  const { scope, path } = LISTS[of];
  const names = useResource(
    async (signal) => (can(scope) ? (await getAll<{ name: string }>(path, { signal })).map(({ name }) => name) : []),
    [of],
  );
  const loaded = names.loaded.value;
  const known = loaded.state === "ready" ? loaded.body : [];
  if (known.length === 0 && value === "") return null;
  const all = value === "" || known.includes(value) ? known : [...known, value];
  return (
    <FilterSelect
      label={of === "script" ? "Script" : "Trunk"}
      value={value}
      choices={[{ value: "", title: `Any ${of}` }, ...all.map((name) => ({ value: name, title: name }))]}
      onChange={onChange}
    />
  );
}
