/** The methods that the switch knows (RFC 3261, 3262, 3265/6665, 3311, 3428, 3515, 3903, 6086). Others are relayed as they are. */

export interface Method {
  readonly name: string;
  /** A 2xx to it outside a dialog makes a dialog. */
  readonly opensDialog: boolean;
  /** Its Contact moves the remote target of the dialog (RFC 3261 §12.2). */
  readonly refreshesTarget: boolean;
}

const ROWS: readonly (readonly [name: string, opensDialog: boolean, refreshesTarget: boolean])[] = [
  ["INVITE", true, true],
  ["ACK", false, false],
  ["BYE", false, false],
  ["CANCEL", false, false],
  ["OPTIONS", false, false],
  ["REGISTER", false, false],
  ["PRACK", false, false],
  ["UPDATE", false, true],
  ["INFO", false, false],
  ["SUBSCRIBE", true, true],
  ["NOTIFY", false, true],
  ["REFER", true, true],
  ["MESSAGE", false, false],
  ["PUBLISH", false, false],
];

export const METHODS: ReadonlyMap<string, Method> = new Map(
  ROWS.map(([name, opensDialog, refreshesTarget]) => [name, { name, opensDialog, refreshesTarget }]),
);

/** The value of Allow where all of them are. */
export const ALL_METHODS: string = [...METHODS.keys()].join(", ");
