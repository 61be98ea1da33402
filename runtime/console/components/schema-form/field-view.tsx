/** One field of a form, whatever its kind. */
import { SelectField, TextArea, TextField } from "../field.tsx";
import type { Plain } from "./field.ts";
import { JsonField } from "./json-field.tsx";
import { ListView } from "./list-view.tsx";
import { MapView } from "./map-view.tsx";
import { Absent, Part } from "./parts.tsx";
import { emptyValue, type Json, optionOf, orAbsent, recordOf, withMember } from "./value.ts";
import { type FieldViewProps, join, type ViewOf } from "./view-props.ts";

/** Above this a text gets more than a line. */
const LONG_CHARACTERS = 600;
const UNSET = "";

export function FieldView(props: FieldViewProps) {
  const { field } = props;
  switch (field.kind) {
    case "constant":
      return null;
    case "text":
      return <TextView {...props} field={field} />;
    case "number":
      return <NumberView {...props} field={field} />;
    case "flag":
      return <ChoiceView {...props} field={{ kind: "choice", values: [true, false] }} />;
    case "choice":
      return <ChoiceView {...props} field={field} />;
    case "list":
      return <ListView {...props} field={field} View={FieldView} />;
    case "map":
      return <MapView {...props} field={field} View={FieldView} />;
    case "group":
      return <GroupView {...props} field={field} />;
    case "either":
      return <EitherView {...props} field={field} />;
    case "json":
      return <JsonField label={props.label} rows={4} value={props.value} onChange={props.onChange} />;
  }
}

function TextView({ field, label, hint, path, value, isRequired, errors, onChange }: ViewOf<"text">) {
  const common = {
    label,
    ...(hint === undefined ? {} : { hint }),
    problem: errors.get(path),
    value: typeof value === "string" ? value : "",
    required: isRequired && field.minLength > 0,
    ...(field.maxLength === undefined ? {} : { maxLength: field.maxLength }),
    onInput: (text: string) => onChange(orAbsent(text, isRequired)),
  };
  return (field.maxLength ?? 0) > LONG_CHARACTERS ? <TextArea {...common} rows={3} /> : <TextField {...common} />;
}

function NumberView({ field, label, hint, path, value, isRequired, errors, onChange }: ViewOf<"number">) {
  return (
    <TextField
      type="number"
      label={label}
      {...(hint === undefined ? {} : { hint })}
      problem={errors.get(path)}
      value={typeof value === "number" ? String(value) : ""}
      required={isRequired}
      step={field.isWhole ? 1 : "any"}
      {...(field.min === undefined ? {} : { min: field.min })}
      {...(field.max === undefined ? {} : { max: field.max })}
      onInput={(text) => onChange(text === "" || Number.isNaN(Number(text)) ? undefined : Number(text))}
    />
  );
}

function ChoiceView({ field, label, hint, path, value, isRequired, errors, onChange }: ViewOf<"choice">) {
  const choices = field.values.map((one, index) => ({ value: String(index), title: choiceTitle(one) }));
  return (
    <SelectField
      label={label}
      {...(hint === undefined ? {} : { hint })}
      problem={errors.get(path)}
      isOptional={!isRequired}
      value={value === undefined ? UNSET : String(field.values.indexOf(value as Plain))}
      choices={isRequired ? choices : [{ value: UNSET, title: "as by default" }, ...choices]}
      onChange={(index) => onChange(index === UNSET ? undefined : field.values[Number(index)])}
    />
  );
}

function choiceTitle(value: Json): string {
  if (value === true) return "yes";
  return value === false ? "no" : String(value);
}

function GroupView({ field, label, path, value, isRequired, errors, onChange }: ViewOf<"group">) {
  if (!isRequired && value === undefined) return <Absent label={label} onSet={() => onChange(emptyValue(field))} />;
  const record = recordOf(value);
  const shown = field.members.filter(({ field: { kind } }) => kind !== "constant");
  const views = (members: typeof shown) =>
    members.map((member) => (
      <FieldView
        key={member.name}
        field={member.field}
        label={member.title}
        hint={member.description}
        path={join(path, member.name)}
        value={record[member.name]}
        isRequired={member.isRequired}
        errors={errors}
        onChange={(next) => onChange(withMember(value, member.name, next))}
      />
    ));
  const required = shown.filter((member) => member.isRequired);
  const optional = shown.filter((member) => !member.isRequired);
  const set = optional.filter(({ name }) => name in record).length;
  const body = (
    <>
      {views(required)}
      {required.length === 0 ? (
        views(optional)
      ) : optional.length === 0 ? null : (
        <details open={set > 0}>
          <summary>
            {optional.length} more that may be set{set > 0 && `, ${set} set`}
          </summary>
          <div class="stack">{views(optional)}</div>
        </details>
      )}
      {shown.length === 0 && <p class="quiet">There is nothing to fill in.</p>}
    </>
  );
  if (path === "") return <div class="stack">{body}</div>;
  return (
    <Part label={label} {...(isRequired ? {} : { onRemove: () => onChange(undefined) })}>
      {body}
    </Part>
  );
}

function EitherView(props: ViewOf<"either">) {
  const { field, label, hint, path, value, isRequired, errors, onChange } = props;
  const selected = optionOf(field.options, value);
  const option = field.options[selected];
  const isAbsent = value === undefined && !isRequired;
  const choices = field.options.map(({ title }, index) => ({ value: String(index), title }));
  const choose = (index: string) => {
    const chosen = field.options[Number(index)];
    onChange(index === UNSET || chosen === undefined ? undefined : emptyValue(chosen.field));
  };
  return (
    <div class="stack">
      <SelectField
        label={label}
        {...(hint === undefined ? {} : { hint })}
        problem={errors.get(path)}
        isOptional={!isRequired}
        value={isAbsent ? UNSET : String(selected)}
        choices={isRequired ? choices : [{ value: UNSET, title: "as by default" }, ...choices]}
        onChange={choose}
      />
      {!isAbsent && option !== undefined && (
        // A group in the place of the whole has no frame of its own.
        <FieldView {...props} key={selected} field={option.field} label={option.title} hint={undefined} isRequired />
      )}
    </div>
  );
}
