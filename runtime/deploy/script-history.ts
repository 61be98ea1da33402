/** One script in memory: its versions and deployments in order, as the store has them, and how a selector finds one. */
import type { Deployment, ScriptSummary, ScriptVersion, VersionSelector } from "../port/deployment.ts";
import { mainVersion } from "./split.ts";

/** The newest versions that are kept ready to be deployed without another build. */
const READY_VERSIONS = 10;

export interface Numbers {
  readonly version: number;
  readonly deployment: number;
}

export class ScriptHistory {
  readonly name: string;
  readonly #versions: ScriptVersion[] = [];
  readonly #deployments: Deployment[] = [];
  /** The last numbers given before the script was removed: none is given twice. */
  readonly #before: Numbers;

  constructor(name: string, before: Numbers = { version: 0, deployment: 0 }) {
    this.name = name;
    this.#before = before;
  }

  get versions(): readonly ScriptVersion[] {
    return this.#versions;
  }

  get deployments(): readonly Deployment[] {
    return this.#deployments;
  }

  get latest(): ScriptVersion | undefined {
    return this.#versions.at(-1);
  }

  get current(): Deployment | undefined {
    return this.#deployments.at(-1);
  }

  /** The deployment to go back to: not one that the switch itself has taken back. */
  get previous(): Deployment | undefined {
    const good: Deployment[] = [];
    for (const deployment of this.#deployments) {
      // It takes the place of what it goes back to, and what it goes back from is none to return to.
      if (deployment.reason === "auto-rollback") good.splice(-2);
      good.push(deployment);
    }
    return good.at(-2);
  }

  /** The last numbers given. */
  get numbers(): Numbers {
    return {
      version: this.latest?.version ?? this.#before.version,
      deployment: this.current?.id ?? this.#before.deployment,
    };
  }

  addVersion(version: ScriptVersion): void {
    this.#versions.push(version);
  }

  addDeployment(deployment: Deployment): void {
    this.#deployments.push(deployment);
  }

  removeVersions(numbers: ReadonlySet<number>): void {
    const kept = this.#versions.filter(({ version }) => !numbers.has(version));
    this.#versions.splice(0, this.#versions.length, ...kept);
  }

  /** Forgets all but the newest deployments. */
  trimDeployments(kept: number): void {
    this.#deployments.splice(0, Math.max(0, this.#deployments.length - kept));
  }

  /** Whether the number was given to a version that is not there any more. */
  isGone(selector: VersionSelector): boolean {
    if (typeof selector !== "number" || this.#byNumber(selector) !== undefined) return false;
    return selector >= 1 && selector <= this.numbers.version;
  }

  /** A number, one of the words, or a tag: of several versions with the tag the newest. */
  find(selector: VersionSelector): ScriptVersion | undefined {
    if (selector === "latest") return this.latest;
    if (selector === "active") return this.#byNumber(mainVersion(this.current?.versions ?? []));
    if (selector === "previous") return this.#byNumber(mainVersion(this.previous?.versions ?? []));
    if (typeof selector === "number") return this.#byNumber(selector);
    return this.#versions.findLast((version) => version.tag === selector);
  }

  /** Versions that the current or the previous deployment names. */
  liveVersions(): Set<number> {
    const shares = [...(this.current?.versions ?? []), ...(this.previous?.versions ?? [])];
    return new Set(shares.map((share) => share.version));
  }

  /** Versions to keep ready: live ones and the newest. */
  readyVersions(): Set<number> {
    const newest = this.#versions.slice(-READY_VERSIONS).map((version) => version.version);
    return new Set([...this.liveVersions(), ...newest]);
  }

  /** `undefined` while there is no version. */
  summary(): ScriptSummary | undefined {
    const latest = this.latest;
    if (latest === undefined) return undefined;
    const [, updatedAt = latest.createdAt] = [latest.createdAt, this.current?.createdAt ?? ""].sort();
    return {
      name: this.name,
      latest: latest.version,
      active: this.current?.versions ?? [],
      handlers: (this.find("active") ?? latest).handlers,
      updatedAt,
    };
  }

  #byNumber(number: number | undefined): ScriptVersion | undefined {
    return this.#versions.find((version) => version.version === number);
  }
}
