/** Signing in: with a token of the API, or as a user of the console. */
import { useSignal } from "@preact/signals";
import type { TargetedSubmitEvent } from "preact";
import type { SignInBody } from "../../contract/console-api.ts";
import { textOf } from "../api/problem.ts";
import { Button } from "../components/button.tsx";
import { TextField } from "../components/field.tsx";
import { Notice } from "../components/notice.tsx";
import { Tabs } from "../components/tabs.tsx";
import { LicencesLink } from "./licences-link.tsx";
import { Mark } from "./mark.tsx";
import { signIn } from "./session.ts";
import "./sign-in.css";

type Way = "token" | "password";

export function SignIn({ why }: { readonly why: string | null }) {
  const way = useSignal<Way>("token");
  const problem = useSignal<string | null>(why);
  const isBusy = useSignal(false);

  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    const credentials: SignInBody =
      way.value === "token"
        ? { token: text("token").trim() }
        : { name: text("name").trim(), password: text("password") };
    isBusy.value = true;
    problem.value = null;
    try {
      await signIn(credentials);
    } catch (error) {
      problem.value = textOf(error);
      isBusy.value = false;
    }
  };

  return (
    <main class="sign-in">
      <form class="panel" onSubmit={submit}>
        <h1 class="row">
          <Mark /> Strowger
        </h1>
        <Tabs
          label="How to sign in"
          tabs={[
            { id: "token", title: "Token" },
            { id: "password", title: "Name and password" },
          ]}
          selected={way}
        />
        {problem.value !== null && <Notice kind="bad">{problem.value}</Notice>}
        {way.value === "token" ? (
          <TextField
            key="token"
            name="token"
            label="Token"
            type="password"
            required
            autoFocus
            autocomplete="off"
            hint="The switch keeps one in data/token; strowger.yaml and POST /v1/tokens make others."
          />
        ) : (
          <>
            <TextField key="name" name="name" label="Name" required autoFocus autocomplete="username" />
            <TextField name="password" label="Password" type="password" required autocomplete="current-password" />
          </>
        )}
        <Button kind="primary" type="submit" isBusy={isBusy.value}>
          Sign in
        </Button>
      </form>
      <LicencesLink />
    </main>
  );
}
