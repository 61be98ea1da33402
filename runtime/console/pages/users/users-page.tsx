import type { PageProps } from "../../app/pages.ts";
import { UserList } from "./user-list.tsx";
import { UserView } from "./user-view.tsx";
import "./users.css";

export default function UsersPage({ params: { name } }: PageProps) {
  return name === undefined ? <UserList /> : <UserView name={name} />;
}
