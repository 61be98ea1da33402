/** `env`: plain settings of a script, from outside of it. */

/** The switch puts them here before the script is loaded. */
const VARIABLES = Symbol.for("strowger.env");

/**
 * The variables of the script, from `scripts: { NAME: { env: … } }` in `strowger.yaml` or `PUT /v1/scripts/NAME/env`; one
 * that is not set is `undefined`. They are there from the first line of the script on, at its top level too, and never
 * change under it: where one is changed, the script is loaded anew, and the events that have begun go on with what they
 * had.
 *
 * Without a switch, as in a test, it is an empty object that may be filled: `Object.assign(env, { RING_SECONDS: "5" })`.
 *
 * @example
 * const ringSeconds = Number(env.RING_SECONDS ?? 20);
 */
export const env: { readonly [name: string]: string | undefined } = Reflect.get(globalThis, VARIABLES) ?? {};
