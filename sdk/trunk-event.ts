/** Something has happened to a trunk. */

/**
 * A trunk, or one gateway of it, is up or down; its registration stands or does not. Sent to every script that has the
 * handler, once for each change.
 *
 * @example
 * async trunk(event) {
 *   if (event.state === "down") await fetch(env.ALERTS, { method: "POST", body: `${event.trunk}: ${event.reason}` });
 * }
 */
export interface TrunkEvent {
  readonly type: "trunk";
  readonly trunk: string;
  /**
   * `up`, `down`: whether a gateway answers; `registered`: the registration stands; `unregistered`: it does not, and is tried
   * again; `failed`: the carrier refuses it (a wrong password), and somebody has to mend that; `full`: a call that came by it
   * was refused since `limits.calls` is reached, told once a minute at most.
   */
  readonly state: "up" | "down" | "registered" | "unregistered" | "failed" | "full";
  /** The gateway or the registrar, as it was declared; `null`: the trunk as a whole is up, or has no gateway left. */
  readonly gateway: string | null;
  /** Why, for people; `null` where all is well. */
  readonly reason: string | null;
  /** Of the SIP answer that said so; `null`: there was none. */
  readonly code: number | null;
}
