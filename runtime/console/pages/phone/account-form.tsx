import type { TargetedSubmitEvent } from "preact";
import { useId } from "preact/hooks";
import type { UserBody } from "../../../contract/resource-api.ts";
import { get } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import { canOpen } from "../../app/pages.ts";
import { can, session } from "../../app/session.ts";
import { Button } from "../../components/button.tsx";
import { TextField } from "../../components/field.tsx";
import { Loading } from "../../components/loading.tsx";
import type { Account } from "./account.ts";

const MOST_SUGGESTED = 100;

interface AccountFormProps {
  /** What has been tried. */
  readonly before: Account | null;
  onReady(account: Account): void;
}

export function AccountForm({ before, onReady }: AccountFormProps) {
  const known = useResource(readUsers, [session.value]).loaded.value;
  const names = useId();
  if (known.state === "loading") return <Loading />;
  const users = known.state === "ready" ? known.body : [];
  const domain = before?.domain ?? users[0]?.domain ?? location.hostname;
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string) => String(form.get(name) ?? "");
    onReady({ user: field("user").trim(), domain: field("domain").trim(), password: field("password") });
  };
  return (
    <section class="panel phone-account">
      <header>
        <h2>Whose phone is this?</h2>
      </header>
      <form class="body stack" autocomplete="off" onSubmit={submit}>
        <p class="quiet">
          Sign on as a SIP user of this switch, to call a script and to be called. It is not the account of the console.
        </p>
        <TextField name="user" label="User" required maxLength={64} value={before?.user ?? ""} list={names} />
        <datalist id={names}>
          {users.map(({ name, displayName }) => (
            <option key={name} value={name}>
              {displayName}
            </option>
          ))}
        </datalist>
        <TextField
          name="password"
          label="Password"
          type="password"
          required
          maxLength={128}
          hint="Of the SIP user. It is kept nowhere: this tab forgets it when it is loaded anew, or you sign off."
        />
        <TextField name="domain" label="Domain" required maxLength={253} value={domain} />
        <div class="row">
          <Button kind="primary" type="submit">
            Sign on
          </Button>
          {can("users:write") && canOpen("/users") && <a href="/users">Add a user for tests</a>}
        </div>
      </form>
    </section>
  );
}

/** Some of the switch's users, where they may be seen: whom to be, and of which domain. */
async function readUsers(signal: AbortSignal): Promise<readonly UserBody[]> {
  if (!can("users:read")) return [];
  return (await get<{ items: UserBody[] }>("/v1/users", { query: { limit: MOST_SUGGESTED }, signal })).items;
}
