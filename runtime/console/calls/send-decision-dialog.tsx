import { useSignal } from "@preact/signals";
import { get } from "../api/client.ts";
import { fieldErrors } from "../api/problem.ts";
import { useResource } from "../api/resource.ts";
import { FormDialog } from "../components/dialog.tsx";
import { LoadedView } from "../components/loading.tsx";
import type { JsonSchema } from "../components/schema-form/field.ts";
import { SchemaForm } from "../components/schema-form/schema-form.tsx";
import type { Json } from "../components/schema-form/value.ts";
import { say } from "../components/toast.tsx";
import { decide } from "./decide.ts";
import type { CallDialogProps } from "./hang-up-dialog.tsx";

/** Any decision that a script could return, by the schema that the switch itself gives of it. */
export function SendDecisionDialog({ call, onClose }: CallDialogProps) {
  const schema = useResource((signal) => get<JsonSchema>("/v1/schemas/decision.json", { signal }), []);
  const decision = useSignal<Json>({ type: "forward", targets: [""] });
  const errors = useSignal<ReadonlyMap<string, string>>(new Map());
  const submit = async () => {
    try {
      await decide(call.id, decision.value as { readonly type: string });
    } catch (error) {
      errors.value = fieldErrors(error);
      throw error;
    }
    say("The decision is being done.");
  };
  return (
    <FormDialog title="Send a decision" action="Send" size="large" onClose={onClose} onSubmit={submit}>
      <p class="quiet wrap">
        Done on the call from {call.from} to {call.to} in place of what its script has decided.
      </p>
      <LoadedView loaded={schema.loaded.value}>
        {(body) => (
          <SchemaForm
            label="Decision"
            schema={body}
            value={decision.value}
            errors={errors.value}
            onChange={(value) => {
              decision.value = value;
            }}
          />
        )}
      </LoadedView>
    </FormDialog>
  );
}
