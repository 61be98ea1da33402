import type { ButtonHTMLAttributes } from "preact";

export interface ButtonProps extends Omit<ButtonHTMLAttributes, "class"> {
  /** `primary`: the one thing that a form is for. `danger`: what cannot be taken back. @default "plain" */
  readonly kind?: "plain" | "primary" | "danger" | "quiet";
  /** It is being done: pressed again, nothing happens. */
  readonly isBusy?: boolean;
}

export function Button({ kind = "plain", isBusy = false, type = "button", disabled, ...rest }: ButtonProps) {
  const classes = kind === "plain" ? "button" : `button ${kind}`;
  return <button {...rest} type={type} class={classes} disabled={isBusy || disabled} aria-busy={isBusy} />;
}
