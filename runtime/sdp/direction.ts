/** Directions of a stream and what becomes of them between two sides (RFC 3264 §6.1). */
import type { Direction } from "../port/media.ts";

export function canSend(direction: Direction): boolean {
  return direction === "sendrecv" || direction === "sendonly";
}

export function canReceive(direction: Direction): boolean {
  return direction === "sendrecv" || direction === "recvonly";
}

export function toDirection(sends: boolean, receives: boolean): Direction {
  if (sends) return receives ? "sendrecv" : "sendonly";
  return receives ? "recvonly" : "inactive";
}

/** The same stream as the other side sees it. */
export function mirror(direction: Direction): Direction {
  return toDirection(canReceive(direction), canSend(direction));
}

/** What is left when one side's wish meets the other's, both seen from one side. */
export function narrow(one: Direction, other: Direction): Direction {
  return toDirection(canSend(one) && canSend(other), canReceive(one) && canReceive(other));
}
