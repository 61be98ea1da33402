/**
 * What switch and host say to each other where scripts are debugged, besides the rest of the protocol: whose debugger is
 * there, and messages of the Chrome DevTools Protocol, which are JSON. Each frame names the slot of a version. A host that
 * was not started for it neither takes nor sends any of them.
 */

const FIRST = 32;

/** Kinds of frames to the host. */
export const TO_INSPECTED = { attach: FIRST, detach: FIRST + 1, message: FIRST + 2 } as const;

/** Kinds of frames to the switch: the version has an isolate to attach to, or not any more; the debugger's answer. */
export const FROM_INSPECTED = { isolate: FIRST, isolateGone: FIRST + 1, message: FIRST + 2 } as const;

export function isInspectorFrame(kind: number | undefined): kind is number {
  return kind !== undefined && kind >= FIRST;
}

/** A longer message is not passed on. */
export const MOST_MESSAGE_CHARACTERS = 4 * 1024 * 1024;
