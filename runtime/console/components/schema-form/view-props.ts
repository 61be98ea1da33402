import type { Field } from "./field.ts";
import type { Json } from "./value.ts";

export interface FieldViewProps<Kind extends Field = Field> {
  readonly field: Kind;
  readonly label: string;
  readonly hint?: string | undefined;
  /** Where it is in the value: `targets.0`. */
  readonly path: string;
  readonly value: Json | undefined;
  readonly isRequired: boolean;
  readonly errors: ReadonlyMap<string, string>;
  /** `undefined`: it is left out. */
  onChange(value: Json | undefined): void;
}

export type ViewOf<Kind extends Field["kind"]> = FieldViewProps<Extract<Field, { kind: Kind }>>;

export const join = (path: string, name: string | number): string => (path === "" ? String(name) : `${path}.${name}`);
