/**
 * The form of the four state machines (RFC 3261 §17, RFC 6026): literal tables with a row for each state and input.
 * A machine holds no text, no timer and no socket; its driver does the effects in their order.
 */
export interface Step<State extends string, Effect extends string> {
  readonly next: State;
  /** Done in order, when the transaction is in its next state already. Whoever uses the transaction is told last. */
  readonly effects: readonly Effect[];
}

export interface Machine<State extends string, Input extends string, Effect extends string> {
  /** What happens when the transaction begins. */
  readonly initial: Step<State, Effect>;
  readonly states: Readonly<Record<State, Readonly<Record<Input, Step<State, Effect> | null>>>>;
}

/** Any machine with these effects, for the driver that does them. */
export type AnyMachine<Effect extends string> = Machine<string, string, Effect>;

/** In this state the input changes nothing, and nobody is told. */
export const ignored = null;
