/** "Which route would this call take?", and what has kept the ones before from it. */
import { useSignal } from "@preact/signals";
import type { TargetedSubmitEvent } from "preact";
import type { RouteBody, RouteMatchBody } from "../../../contract/resource-api.ts";
import { get } from "../../api/client.ts";
import { ApiError } from "../../api/problem.ts";
import { Button } from "../../components/button.tsx";
import { TextField } from "../../components/field.tsx";
import { Notice, ProblemNotice } from "../../components/notice.tsx";
import { type TriedCall, whyPassed } from "./match-words.ts";

type Outcome =
  | { readonly state: "taken"; readonly call: TriedCall; readonly route: RouteMatchBody }
  | { readonly state: "failed"; readonly error: Error };

interface DryRunProps {
  readonly routes: readonly RouteBody[];
  /** Told which route takes the call, to be shown in the list. */
  onTaken(name: string | null): void;
}

export function DryRun({ routes, onTaken }: DryRunProps) {
  const outcome = useSignal<Outcome | null>(null);
  const isBusy = useSignal(false);
  const ask = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (field: string) => String(form.get(field) ?? "").trim();
    const call = { to: text("to"), from: text("from"), source: text("source"), trunk: text("trunk") };
    isBusy.value = true;
    try {
      const route = await get<RouteMatchBody>("/v1/routes/match", { query: call });
      outcome.value = { state: "taken", call, route };
      onTaken(route.name);
    } catch (error) {
      outcome.value = { state: "failed", error: error instanceof Error ? error : new Error(String(error)) };
      onTaken(null);
    } finally {
      isBusy.value = false;
    }
  };
  const shown = outcome.value;
  return (
    <section class="panel" aria-labelledby="routes-dry-run">
      <header>
        <h2 id="routes-dry-run">Which route would a call take?</h2>
      </header>
      <form class="body routes-try" onSubmit={ask}>
        <TextField name="to" label="Number called" required maxLength={256} placeholder="+4930123456" />
        <TextField name="from" label="Caller" maxLength={256} placeholder="alice" />
        <TextField name="trunk" label="Trunk" maxLength={128} />
        <TextField name="source" label="Source" maxLength={64} placeholder="192.0.2.4" />
        <Button type="submit" isBusy={isBusy.value}>
          Try
        </Button>
      </form>
      {shown !== null && (
        <div class="body stack" role="status">
          {shown.state === "taken" ? <Taken {...shown} routes={routes} /> : <NotTaken error={shown.error} />}
        </div>
      )}
    </section>
  );
}

interface TakenProps {
  readonly call: TriedCall;
  readonly route: RouteMatchBody;
  readonly routes: readonly RouteBody[];
}

function Taken({ call, route, routes }: TakenProps) {
  return (
    <>
      <Notice kind="good">
        <strong>{route.name}</strong> takes the call: script <strong>{route.script}</strong>.
      </Notice>
      {route.passed.length > 0 && (
        <ol class="routes-passed" aria-label="Routes before it">
          {route.passed.map(({ name, field }) => (
            <li key={name}>
              <strong>{name}</strong> <span class="quiet">{whyPassed(field, matchOf(routes, name), call)}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

function matchOf(routes: readonly RouteBody[], name: string): Readonly<Record<string, string>> {
  return routes.find((route) => route.name === name)?.match ?? {};
}

function NotTaken({ error }: { readonly error: Error }) {
  if (!(error instanceof ApiError) || error.status !== 404) return <ProblemNotice error={error} />;
  return (
    <>
      <Notice kind="warn">{error.message} It is answered with 404: add a route that takes it.</Notice>
      <ol class="routes-passed" aria-label="Routes that do not take it">
        {error.errors.map((one) => (
          <li key={"path" in one ? one.path : one.message}>
            <strong>{"path" in one ? one.path : ""}</strong> <span class="quiet">{one.message}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
