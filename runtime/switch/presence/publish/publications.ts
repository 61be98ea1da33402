/**
 * What phones have published of their users (RFC 3903): each publication is named by its entity-tag, lives for a while, and
 * is refreshed, changed or taken back by whoever knows the tag. Kept in memory: after a restart a refresh is answered 412,
 * and the phone publishes anew.
 */
import type { Clock, Timer } from "../../../base/clock.ts";
import type { Resource } from "../event-package.ts";
import type { PublishedPresence } from "../pidf/presence-document.ts";

export interface PublicationLimits {
  /** All that the switch keeps. @default 50000 */
  readonly total: number;
  /** @default 10 */
  readonly perUser: number;
  /** Of all documents of one user together: each NOTIFY about him holds them all. @default 16384 */
  readonly bytesPerUser: number;
}

export const PUBLICATION_LIMITS: PublicationLimits = { total: 50_000, perUser: 10, bytesPerUser: 16_384 };

export interface Publication {
  readonly user: Resource;
  /** Tells the publications of a user apart for as long as they live. */
  readonly number: number;
  presence: PublishedPresence;
  bytes: number;
  etag: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** What a PUBLISH brings: nothing of a document in one that only refreshes. */
export interface PublishedState {
  readonly presence: PublishedPresence;
  readonly bytes: number;
}

export interface PublicationsOptions {
  readonly clock: Clock;
  readonly mintTag: () => string;
  readonly limits?: Partial<PublicationLimits>;
  readonly onChange: (user: Resource) => void;
}

interface Entry {
  readonly publication: Publication;
  timer: Timer;
}

export class Publications {
  readonly #options: PublicationsOptions;
  readonly #limits: PublicationLimits;
  /** By user, then by entity-tag; never an empty map. The newest come last. */
  readonly #byUser = new Map<string, Map<string, Entry>>();
  #size = 0;
  #numbers = 0;

  constructor(options: PublicationsOptions) {
    this.#options = options;
    this.#limits = { ...PUBLICATION_LIMITS, ...options.limits };
  }

  get size(): number {
    return this.#size;
  }

  /** The newest first. */
  of(user: Resource): readonly Publication[] {
    return [...(this.#byUser.get(keyOf(user))?.values() ?? [])].map(({ publication }) => publication).reverse();
  }

  find(user: Resource, etag: string): Publication | undefined {
    return this.#byUser.get(keyOf(user))?.get(etag)?.publication;
  }

  /** Whether one more, or `instead` of another, may be kept. */
  hasRoomFor(user: Resource, bytes: number, instead?: Publication): boolean {
    const others = this.of(user).filter((publication) => publication !== instead);
    const sum = others.reduce((total, publication) => total + publication.bytes, bytes);
    const isOneMore = instead === undefined;
    return (
      sum <= this.#limits.bytesPerUser &&
      (!isOneMore || (others.length < this.#limits.perUser && this.#size < this.#limits.total))
    );
  }

  /** Keeps what was published; gives its entity-tag. */
  add(user: Resource, state: PublishedState, seconds: number): string {
    const publication: Publication = {
      user,
      number: ++this.#numbers,
      ...state,
      etag: this.#options.mintTag(),
      expiresAt: this.#options.clock.now() + seconds * 1000,
    };
    this.#put(publication, seconds);
    this.#options.onChange(user);
    return publication.etag;
  }

  /** Goes on for another while under a new entity-tag (RFC 3903 §6 step 7), with another state where there is one. */
  refresh(publication: Publication, state: PublishedState | undefined, seconds: number): string {
    this.#take(publication);
    publication.etag = this.#options.mintTag();
    publication.expiresAt = this.#options.clock.now() + seconds * 1000;
    if (state !== undefined) Object.assign(publication, state);
    this.#put(publication, seconds);
    if (state !== undefined) this.#options.onChange(publication.user);
    return publication.etag;
  }

  remove(publication: Publication): void {
    if (this.#take(publication)) this.#options.onChange(publication.user);
  }

  userRemoved(domain: string, user: string): void {
    for (const publication of this.of({ domain, name: user })) this.#take(publication);
  }

  #put(publication: Publication, seconds: number): void {
    const key = keyOf(publication.user);
    const ofUser = this.#byUser.get(key) ?? new Map<string, Entry>();
    this.#byUser.set(key, ofUser);
    const end = { expire: () => this.remove(publication) };
    const timer = this.#options.clock.startTimer(seconds * 1000, end, "publication");
    ofUser.set(publication.etag, { publication, timer });
    this.#size++;
  }

  #take({ user, etag }: Publication): boolean {
    const key = keyOf(user);
    const ofUser = this.#byUser.get(key);
    const entry = ofUser?.get(etag);
    if (ofUser === undefined || entry === undefined) return false;
    entry.timer.cancel();
    ofUser.delete(etag);
    if (ofUser.size === 0) this.#byUser.delete(key);
    this.#size--;
    return true;
  }
}

function keyOf({ domain, name }: Resource): string {
  return `${domain} ${name}`;
}
