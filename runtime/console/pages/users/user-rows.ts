/** Users with the phones that are registered for them. */
import type { RegistrationBody, UserBody } from "../../../contract/resource-api.ts";
import type { Sort } from "../../components/table.tsx";

export interface UserRow extends UserBody {
  readonly phones: readonly RegistrationBody[];
}

export function rowsOf(users: readonly UserBody[], registrations: readonly RegistrationBody[]): readonly UserRow[] {
  const phones = Map.groupBy(registrations, ({ user, domain }) => `${user}@${domain}`);
  return users.map((user) => ({ ...user, phones: phones.get(`${user.name}@${user.domain}`) ?? [] }));
}

/** `phones`: with, without, or either. */
export interface UserFilter {
  readonly text: string;
  readonly phones: string;
}

/** By name, extension, display name, and what is known of the phones. */
export function filterUsers(rows: readonly UserRow[], { text, phones }: UserFilter): readonly UserRow[] {
  const wanted = text.trim().toLowerCase();
  return rows.filter((row) => {
    if (phones === "with" && row.phones.length === 0) return false;
    if (phones === "without" && row.phones.length > 0) return false;
    return wanted === "" || wordsOf(row).some((word) => word?.toLowerCase().includes(wanted));
  });
}

function wordsOf({ name, extension, displayName, phones }: UserRow): (string | null)[] {
  return [
    name,
    extension,
    displayName,
    ...phones.flatMap(({ contact, source, userAgent }) => [contact, source, userAgent]),
  ];
}

export function sortUsers(rows: readonly UserRow[], { column, direction }: Sort): readonly UserRow[] {
  const sign = direction === "ascending" ? 1 : -1;
  return rows.toSorted((a, b) => {
    const [left, right] = [keyOf(a, column), keyOf(b, column)];
    // Who has none comes last, whichever way.
    if ((left === null) !== (right === null)) return left === null ? 1 : -1;
    return sign * (left ?? "").localeCompare(right ?? "", undefined, { numeric: true }) || a.name.localeCompare(b.name);
  });
}

function keyOf(row: UserRow, column: string): string | null {
  if (column === "extension") return row.extension;
  if (column === "displayName") return row.displayName;
  if (column === "phones") return String(row.phones.length);
  return row.name;
}
