/** Who is signed in, and what they can do about that. */
import type { SessionBody } from "../../contract/console-api.ts";
import { showDialog } from "../components/dialog-host.tsx";
import { Menu, type MenuItem } from "../components/menu.tsx";
import { sayProblem } from "../components/toast.tsx";
import { OwnPasswordDialog } from "./own-password-dialog.tsx";
import { signOut } from "./session.ts";

export function PersonMenu({ session: { name, role, canChangePassword } }: { readonly session: SessionBody }) {
  const what = role ?? "token";
  const change: MenuItem = {
    title: "Change password …",
    onSelect: () => showDialog((close) => <OwnPasswordDialog name={name} onClose={close} />),
  };
  const leave: MenuItem = { title: "Sign out", onSelect: () => void signOut().catch(sayProblem) };
  return (
    <Menu
      label={`Signed in as ${name}, ${what}`}
      title={
        <>
          <span class="who">
            {name}
            {role !== null && role !== name && <span class="quiet"> · {role}</span>}
          </span>
          <span aria-hidden="true">▾</span>
        </>
      }
      head={
        <div class="head wrap">
          <strong>{name}</strong>
          <div class="quiet">{what}</div>
        </div>
      }
      items={canChangePassword ? [change, leave] : [leave]}
    />
  );
}
