import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { RegistrationBody, UserBody } from "../../../contract/resource-api.ts";
import { getAll } from "../../api/client.ts";
import { path } from "../../api/path.ts";
import { useResource } from "../../api/resource.ts";
import { navigate, query, setQuery } from "../../app/router.ts";
import { can } from "../../app/session.ts";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { showDialog } from "../../components/dialog-host.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { FilterSelect, SearchField } from "../../components/filter.tsx";
import { numberText } from "../../components/format.ts";
import { LoadedView } from "../../components/loading.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { type Column, type Sort, Table } from "../../components/table.tsx";
import { AddUserDialog } from "./user-dialogs.tsx";
import { filterUsers, rowsOf, sortUsers, type UserRow } from "./user-rows.ts";

const EVERY_MS = 15_000;

const COLUMNS: readonly Column<UserRow>[] = [
  {
    id: "name",
    title: "User",
    isSortable: true,
    cell: ({ name }) => (
      <a href={path`/users/${name}`} tabIndex={-1}>
        {name}
      </a>
    ),
  },
  {
    id: "extension",
    title: "Extension",
    width: "100px",
    isSortable: true,
    cell: ({ extension }) => extension ?? <span class="quiet">–</span>,
  },
  {
    id: "displayName",
    title: "Display name",
    isSortable: true,
    hiddenBelow: "narrow",
    cell: ({ displayName }) => displayName ?? <span class="quiet">–</span>,
  },
  { id: "phones", title: "Phones", width: "120px", isSortable: true, cell: ({ phones }) => <Phones of={phones} /> },
  {
    id: "agents",
    title: "User agent",
    width: "26%",
    hiddenBelow: "medium",
    cell: ({ phones }) => <Agents of={phones} />,
  },
  {
    id: "from",
    title: "Declared in",
    width: "120px",
    hiddenBelow: "medium",
    cell: ({ managed }) => <span class="quiet">{managed ? "strowger.yaml" : "the API"}</span>,
  },
];

export function UserList() {
  const users = useResource(readRows, [], { everyMs: EVERY_MS });
  return (
    <div class="page-full">
      <PageHead title="Users">
        {can("users:write") && (
          <Button
            onClick={() => showDialog((close) => <AddUserDialog onDone={() => void users.reload()} onClose={close} />)}
          >
            Add user
          </Button>
        )}
      </PageHead>
      <section class="panel fill" aria-label="Users">
        <LoadedView loaded={users.loaded.value}>{(rows) => <Rows all={rows} />}</LoadedView>
      </section>
    </div>
  );
}

async function readRows(signal: AbortSignal): Promise<readonly UserRow[]> {
  const [users, registrations] = await Promise.all([
    getAll<UserBody>("/v1/users", { signal }),
    getAll<RegistrationBody>("/v1/registrations", { signal }),
  ]);
  return rowsOf(users, registrations);
}

function Rows({ all }: { readonly all: readonly UserRow[] }) {
  const sort = useSignal<Sort>({ column: "name", direction: "ascending" });
  const text = query.value.get("q") ?? "";
  const phones = query.value.get("phones") ?? "";
  const rows = useMemo(
    () => sortUsers(filterUsers(all, { text, phones }), sort.value),
    [all, text, phones, sort.value],
  );
  const isFiltered = text !== "" || phones !== "";
  const registered = all.filter((row) => row.phones.length > 0).length;
  return (
    <>
      <header>
        <h2>
          {numberText(all.length)} {all.length === 1 ? "user" : "users"}
          <span class="quiet">
            {" "}
            · {numberText(registered)} registered{isFiltered && ` · ${numberText(rows.length)} shown`}
          </span>
        </h2>
        <div class="row push">
          <SearchField label="Search users" value={text} onChange={(q) => setQuery({ q })} />
          <FilterSelect
            label="Phones"
            value={phones}
            choices={[
              { value: "", title: "Registered or not" },
              { value: "with", title: "Registered" },
              { value: "without", title: "Not registered" },
            ]}
            onChange={(value) => setQuery({ phones: value })}
          />
        </div>
      </header>
      <Table<UserRow>
        label="Users"
        rows={rows}
        columns={COLUMNS}
        keyOf={({ name }) => name}
        sort={sort.value}
        onSort={(next) => {
          sort.value = next;
        }}
        onOpen={({ name }) => void navigate(path`/users/${name}`)}
        empty={
          <EmptyState title={isFiltered ? "No user fits" : "No user"}>
            {isFiltered ? (
              <Button onClick={() => setQuery({ q: null, phones: null })}>Show all users</Button>
            ) : (
              "Add one here, or declare it under users in strowger.yaml."
            )}
          </EmptyState>
        }
      />
    </>
  );
}

function Phones({ of }: { readonly of: UserRow["phones"] }) {
  if (of.length === 0) return <Badge>none</Badge>;
  return (
    <Badge tone="good">
      {numberText(of.length)} {of.length === 1 ? "phone" : "phones"}
    </Badge>
  );
}

function Agents({ of }: { readonly of: UserRow["phones"] }) {
  const text = [...new Set(of.map(({ userAgent, transport }) => `${userAgent ?? "unnamed"} (${transport})`))].join(
    ", ",
  );
  return <span title={text}>{text}</span>;
}
