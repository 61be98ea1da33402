/** The few functions by which the realm reaches the host process, and the limits it keeps. Set once, by `install`. */

export interface HostFunctions {
  /** The outcome of an event whose handler was pending. */
  readonly answer: (id: number, text: string) => void;
  readonly log: (id: number, level: number, text: string) => void;
  readonly startTimer: (id: number, timer: number, ms: number) => void;
  readonly stopTimer: (id: number, timer: number) => void;
  /** `number` counts the operations of the event; `json` are the arguments. */
  readonly startOperation: (id: number, number: number, name: string, json: string) => void;
}

export interface RealmLimits {
  readonly decisionBytes: number;
  readonly stateBytes: number;
  readonly operations: number;
  readonly operationBytes: number;
  readonly logLines: number;
}

export let host: HostFunctions;
export let limits: RealmLimits;

export function connect(functions: HostFunctions, bounds: RealmLimits): void {
  host = functions;
  limits = bounds;
}
