import { setQuery } from "../../app/router.ts";
import { Button } from "../../components/button.tsx";
import { FilterMoment, FilterSelect, SearchEntry } from "../../components/filter.tsx";
import { FIELDS, isNarrowed, type searchOf } from "./search.ts";

export function Filters({ search }: { readonly search: ReturnType<typeof searchOf> }) {
  const set = (name: (typeof FIELDS)[number]) => (value: string) => setQuery({ [name]: value });
  return (
    <search class="audit-filters row" aria-label="Audit log">
      <SearchEntry label="Who" placeholder="Who" value={search.actor} onChange={set("actor")} />
      <SearchEntry label="Action" placeholder="Action, whole" value={search.action} onChange={set("action")} />
      <SearchEntry label="What" placeholder="What: /v1/routes" value={search.target} onChange={set("target")} />
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
      <FilterMoment label="From" value={search.since} onChange={set("since")} />
      <FilterMoment label="To" value={search.until} onChange={set("until")} />
      {isNarrowed(search) && (
        <Button kind="quiet" onClick={() => setQuery(Object.fromEntries(FIELDS.map((name) => [name, null])))}>
          Clear
        </Button>
      )}
    </search>
  );
}
