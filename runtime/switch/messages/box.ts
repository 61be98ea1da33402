/**
 * The messages that wait for one user, and which of his devices are done with which: plain data and pure functions over it.
 *
 * A device gets each message once. It is known by its instance id (RFC 5626), or else by its contact, and a phone that starts
 * anew may have another contact: so what some device has taken goes to others with an instance id for an hour more, and to
 * those without for as long as phones take that come back together.
 */

import type { MessageHead } from "../../port/message-store.ts";
import type { BindingRow } from "../../port/store.ts";

export const KEPT_FOR_DEVICES_MS = 3600_000;
const KEPT_FOR_CONTACTS_MS = 60_000;

export interface WaitingMessage {
  readonly head: MessageHead;
  /** It is safe in the store. */
  isKept: boolean;
  deliveredAt: number | null;
  /** Devices that are done with it. */
  readonly settled: Set<string>;
}

/** In order. */
export interface Box {
  readonly messages: WaitingMessage[];
}

export interface Device {
  readonly key: string;
  readonly hasInstance: boolean;
}

export function deviceOf({ instance, contact }: BindingRow): Device {
  return instance === null ? { key: contact, hasInstance: false } : { key: instance, hasInstance: true };
}

/** The next message for a device; `undefined`: it has got all that there are. */
export function nextFor(box: Box, device: Device, now: number): WaitingMessage | undefined {
  return box.messages.find(
    (message) => message.isKept && !message.settled.has(device.key) && isFor(message, device, now),
  );
}

/** Whether a message waits that no device has taken: one that comes now has to queue up behind it. */
export function hasBacklog(box: Box, now: number): boolean {
  return box.messages.some(({ head, deliveredAt }) => deliveredAt === null && head.expiresAt > now);
}

/** Takes out what has expired, and what all devices have had the time to get. */
export function takeOutdated(box: Box, now: number): readonly WaitingMessage[] {
  const outdated = box.messages.filter(
    ({ head, deliveredAt }) =>
      head.expiresAt <= now || (deliveredAt !== null && now - deliveredAt >= KEPT_FOR_DEVICES_MS),
  );
  for (const message of outdated) box.messages.splice(box.messages.indexOf(message), 1);
  return outdated;
}

export interface BoxLimits {
  readonly messages: number;
  readonly bytes: number;
}

export function hasRoomFor(box: Box, bytes: number, limits: BoxLimits): boolean {
  // What is kept for other devices alone gives way to what nobody has got.
  const waiting = box.messages.filter(({ deliveredAt }) => deliveredAt === null);
  const sum = waiting.reduce((total, { head }) => total + head.bytes, bytes);
  return waiting.length < limits.messages && sum <= limits.bytes;
}

function isFor({ head, deliveredAt }: WaitingMessage, device: Device, now: number): boolean {
  if (head.expiresAt <= now) return false;
  const keptMs = device.hasInstance ? KEPT_FOR_DEVICES_MS : KEPT_FOR_CONTACTS_MS;
  return deliveredAt === null || now - deliveredAt < keptMs;
}
