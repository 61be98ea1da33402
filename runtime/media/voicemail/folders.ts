/**
 * Where everything lies below the folder of voicemail:
 *
 *     incoming/ID.wav, ID.json               what is being spoken, and who speaks
 *     lost/                                  recordings of which nobody knows to whom they belong
 *     boxes/DOMAIN/MAILBOX/messages/ID.wav, ID.json
 *     boxes/DOMAIN/MAILBOX/erased/ID.wav     is about to be removed for good
 *     boxes/DOMAIN/MAILBOX/greetings/KIND.wav
 *     boxes/DOMAIN/MAILBOX/abandoned         since when its user is gone
 */
import { join } from "node:path";
import type { GreetingKind } from "../../port/mailbox.ts";

/** Names of files that are of no worth after a crash. */
export const SCRATCH_PREFIX = "scratch-";

export interface BoxName {
  readonly domain: string;
  readonly mailbox: string;
}

/** What a message consists of on the disk. */
export interface MessageFiles {
  readonly audio: string;
  /** Who spoke and when, so that the files alone tell what the store tells. */
  readonly note: string;
}

export class Folders {
  readonly incoming: string;
  readonly lost: string;
  readonly boxes: string;

  constructor(root: string) {
    this.incoming = join(root, "incoming");
    this.lost = join(root, "lost");
    this.boxes = join(root, "boxes");
  }

  arriving(id: string): MessageFiles {
    return filesIn(this.incoming, id);
  }

  scratch(id: string): string {
    return join(this.incoming, `${SCRATCH_PREFIX}${id}.wav`);
  }

  message(box: BoxName, id: string): MessageFiles {
    return filesIn(this.messages(box), id);
  }

  erasing(box: BoxName, id: string): MessageFiles {
    return filesIn(this.erased(box), id);
  }

  greeting(box: BoxName, kind: GreetingKind): string {
    return join(this.greetings(box), `${kind}.wav`);
  }

  box({ domain, mailbox }: BoxName): string {
    return join(this.boxes, toFolderName(domain), toFolderName(mailbox));
  }

  abandoned(box: BoxName): string {
    return join(this.box(box), "abandoned");
  }

  messages(box: BoxName): string {
    return join(this.box(box), "messages");
  }

  erased(box: BoxName): string {
    return join(this.box(box), "erased");
  }

  greetings(box: BoxName): string {
    return join(this.box(box), "greetings");
  }
}

/** A name of one folder, whatever the text: no two texts share one, and none leads anywhere else (`..`, `/`, NUL). */
export function toFolderName(text: string): string {
  if (text === "") return "%";
  return text.replace(/[^A-Za-z0-9_.+-]|^\./gu, (character) => {
    const bytes = [...Buffer.from(character)];
    return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
  });
}

/** The text that has this folder name; `undefined`: none has. */
export function fromFolderName(name: string): string | undefined {
  if (name === "%") return "";
  try {
    const text = decodeURIComponent(name);
    return toFolderName(text) === name ? text : undefined;
  } catch {
    return undefined;
  }
}

function filesIn(folder: string, id: string): MessageFiles {
  return { audio: join(folder, `${id}.wav`), note: join(folder, `${id}.json`) };
}
