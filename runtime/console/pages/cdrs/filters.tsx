/** The fields of a search, above the table. What they say is in the address. */
import { getAll } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import { setQuery } from "../../app/router.ts";
import { can } from "../../app/session.ts";
import { Button } from "../../components/button.tsx";
import { FilterMoment, FilterSelect, SearchEntry } from "../../components/filter.tsx";
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
          <FilterMoment label="From" value={search.since} onChange={set("since")} />
          <FilterMoment label="To" value={search.until} onChange={set("until")} />
        </>
      )}
      <SearchEntry
        label="Caller: user, number or URI"
        placeholder="Caller: user or number"
        value={search.from}
        onChange={set("from")}
      />
      <SearchEntry
        label="Called: user, number or URI"
        placeholder="Called: user or number"
        value={search.to}
        onChange={set("to")}
      />
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

const LISTS = {
  script: { scope: "scripts:read", path: "/v1/scripts" },
  trunk: { scope: "trunks:read", path: "/v1/trunks" },
} as const;

interface NamesProps {
  readonly of: keyof typeof LISTS;
  readonly value: string;
  onChange(value: string): void;
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
