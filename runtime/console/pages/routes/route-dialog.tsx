import { type Signal, useSignal } from "@preact/signals";
import type { RouteBody } from "../../../contract/resource-api.ts";
import { get, send } from "../../api/client.ts";
import { path } from "../../api/path.ts";
import { useResource } from "../../api/resource.ts";
import { FormDialog } from "../../components/dialog.tsx";
import { CheckField, TextField } from "../../components/field.tsx";
import { LoadedView } from "../../components/loading.tsx";
import type { JsonSchema } from "../../components/schema-form/field.ts";
import { SchemaForm } from "../../components/schema-form/schema-form.tsx";
import type { Json } from "../../components/schema-form/value.ts";
import { say } from "../../components/toast.tsx";
import { routeOf } from "./route-form.ts";

interface RouteDialogProps {
  /** As it was read; absent: a new one. */
  readonly before?: { readonly body: RouteBody; readonly etag: string | null };
  readonly scripts: readonly string[];
  readonly trunks: readonly string[];
  onDone(): void;
  onClose(): void;
}

const PATTERN_HINT =
  "X is a digit, [2-9] one of several, {2,8} how many of what stands before, * at the end any rest: 0* or 1XX.";

/** A route as a form. Whoever has changed it meanwhile is not overwritten. */
export function RouteDialog({ before, scripts, trunks, onDone, onClose }: RouteDialogProps) {
  const fallback = useSignal<Json>((before?.body.fallback ?? []) as Json);
  const match = before?.body.match ?? {};
  const save = async (form: FormData) => {
    const { name, ...route } = routeOf(form, fallback.value);
    const at = path`/v1/routes/${before?.body.name ?? name}`;
    if (before === undefined) await send("PUT", at, route, { ifNoneMatch: "*" });
    else await send("PUT", at, route, before.etag === null ? {} : { ifMatch: before.etag });
    say(`The route ${before?.body.name ?? name} is in force.`);
    onDone();
  };
  return (
    <FormDialog
      title={before === undefined ? "Add a route" : `Route ${before.body.name}`}
      action="Save"
      size="large"
      onClose={onClose}
      onSubmit={save}
    >
      {before === undefined && <TextField name="name" label="Name" required maxLength={64} placeholder="front-desk" />}
      <p class="quiet">It takes the calls that fit all that is filled in here, unless a route before it has.</p>
      <div class="routes-fields">
        <TextField name="to" label="Number called" hint={PATTERN_HINT} {...given(match.to)} />
        <TextField
          name="from"
          label="Caller"
          hint="A user or a number, as a pattern like that."
          {...given(match.from)}
        />
        <TextField
          name="trunk"
          label="Trunk"
          hint="That the call comes by."
          list="routes-trunks"
          {...given(match.trunk)}
        />
        <TextField name="source" label="Source" hint="A network: 192.0.2.0/24." {...given(match.source)} />
        <TextField name="domain" label="Domain" hint="That the call is for." {...given(match.domain)} />
        <TextField name="method" label="Method" hint="INVITE for calls, MESSAGE for text." {...given(match.method)} />
      </div>
      <TextField
        name="script"
        label="Script"
        required
        list="routes-scripts"
        hint="It decides what becomes of the call."
        {...given(before?.body.script)}
      />
      <Known id="routes-scripts" names={scripts} />
      <Known id="routes-trunks" names={trunks} />
      <CheckField
        name="public"
        label="For everybody"
        hint="Callers who are not ours may leave by a trunk or to a foreign address through it. Leave it off unless it must be."
        checked={before?.body.public ?? false}
      />
      <h3>Fallback</h3>
      <p class="quiet">Done where the script fails. With nothing here the call is refused with 500.</p>
      <Fallback plan={fallback} />
    </FormDialog>
  );
}

const given = (value: string | undefined): { value?: string } => (value === undefined ? {} : { value });

function Known({ id, names }: { readonly id: string; readonly names: readonly string[] }) {
  return (
    <datalist id={id}>
      {names.map((name) => (
        <option key={name} value={name} />
      ))}
    </datalist>
  );
}

/** On its own: what is typed into the other fields stays as this one is drawn anew. */
function Fallback({ plan }: { readonly plan: Signal<Json> }) {
  const schema = useResource((signal) => get<JsonSchema>("/v1/schemas/plan.json", { signal }), []);
  return (
    <LoadedView loaded={schema.loaded.value}>
      {(body) => (
        <SchemaForm
          label="Fallback"
          schema={body}
          value={plan.value}
          onChange={(value) => {
            plan.value = value;
          }}
        />
      )}
    </LoadedView>
  );
}
