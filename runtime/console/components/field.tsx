/** Fields of forms: a label, what is typed, what it means, and what is wrong with it. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Labelled {
  readonly label: string;
  readonly hint?: ComponentChildren;
  /** What is wrong with it, as the switch says. */
  readonly problem?: string | undefined;
}

/** What an input of a form may have; `onInput` gets what is typed. */
interface Entry {
  readonly name?: string;
  readonly value?: string;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly autoFocus?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly onInput?: (value: string) => void;
}

interface FrameProps extends Labelled {
  readonly id: string;
  readonly isRequired?: boolean;
  readonly children: ComponentChildren;
}

/** Label above, hint and problem below; the field itself has `id` and `describedBy(id)`. */
export function FieldFrame({ id, label, hint, problem, isRequired = false, children }: FrameProps) {
  return (
    <div class={problem === undefined ? "field" : "field wrong"}>
      <label for={id}>
        {label}
        {!isRequired && <span class="quiet"> (optional)</span>}
      </label>
      {children}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {problem !== undefined && (
        <p class="problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  );
}

function described(id: string, { hint, problem }: Labelled) {
  const ids = [hint !== undefined && `${id}-hint`, problem !== undefined && `${id}-problem`].filter(
    (one) => one !== false,
  );
  return {
    ...(ids.length > 0 ? { "aria-describedby": ids.join(" ") } : {}),
    ...(problem === undefined ? {} : { "aria-invalid": true as const }),
  };
}

interface TextFieldProps extends Labelled, Entry {
  /** @default "text" */
  readonly type?: "text" | "password" | "email" | "number" | "tel" | "url" | "date" | "datetime-local";
  readonly autocomplete?: string;
  readonly pattern?: string;
  readonly min?: number | string;
  readonly max?: number | string;
  readonly step?: number | "any";
  /** The id of a `<datalist>`. */
  readonly list?: string;
}

export function TextField({ label, hint, problem, onInput, type = "text", ...input }: TextFieldProps) {
  const id = useId();
  const labelled = { label, ...(hint === undefined ? {} : { hint }), problem };
  return (
    <FieldFrame id={id} {...labelled} isRequired={input.required === true}>
      <input
        {...input}
        {...described(id, labelled)}
        id={id}
        type={type as "text"}
        spellcheck={false}
        onInput={(event) => onInput?.(event.currentTarget.value)}
      />
    </FieldFrame>
  );
}

interface TextAreaProps extends Labelled, Entry {
  /** @default 4 */
  readonly rows?: number;
}

export function TextArea({ label, hint, problem, onInput, rows = 4, ...input }: TextAreaProps) {
  const id = useId();
  const labelled = { label, ...(hint === undefined ? {} : { hint }), problem };
  return (
    <FieldFrame id={id} {...labelled} isRequired={input.required === true}>
      <textarea
        {...input}
        {...described(id, labelled)}
        id={id}
        rows={rows}
        spellcheck={false}
        onInput={(event) => onInput?.(event.currentTarget.value)}
      />
    </FieldFrame>
  );
}

export interface Choice {
  readonly value: string;
  readonly title: string;
}

interface SelectFieldProps extends Labelled, Pick<Entry, "name" | "disabled"> {
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly onChange?: (value: string) => void;
  /** Nothing has to be chosen. @default false */
  readonly isOptional?: boolean;
}

export function SelectField({
  label,
  hint,
  problem,
  choices,
  value,
  onChange,
  isOptional = false,
  ...select
}: SelectFieldProps) {
  const id = useId();
  const labelled = { label, ...(hint === undefined ? {} : { hint }), problem };
  return (
    <FieldFrame id={id} {...labelled} isRequired={!isOptional}>
      <select
        {...select}
        {...described(id, labelled)}
        id={id}
        value={value}
        onChange={(event) => onChange?.(event.currentTarget.value)}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.title}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
}

interface CheckFieldProps extends Pick<Labelled, "label" | "hint">, Pick<Entry, "name" | "disabled"> {
  readonly checked: boolean;
  readonly onChange?: (isChecked: boolean) => void;
}

export function CheckField({ label, hint, onChange, ...input }: CheckFieldProps) {
  const id = useId();
  return (
    <div class="field check">
      <input
        {...input}
        {...(hint === undefined ? {} : { "aria-describedby": `${id}-hint` })}
        type="checkbox"
        id={id}
        onChange={(event) => onChange?.(event.currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
