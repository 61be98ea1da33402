/** Who debugs which script: isolates that hosts have told of, and the client that is attached to each. */
import { randomText } from "../base/random.ts";
import type { InspectionClient, InspectionSession, InspectionTarget, ScriptInspection } from "../port/inspection.ts";
import type { ScriptRef } from "../port/script.ts";
import type { DebuggedHost, HostInspector } from "./attached-debuggers.ts";
import type { HostBundle } from "./protocol.ts";
import type { Versions } from "./versions.ts";

const ID_CHARACTERS = 32;

interface Target extends InspectionTarget {
  readonly host: DebuggedHost;
  readonly slot: number;
  client: InspectionClient | null;
}

export class Inspection implements ScriptInspection, HostInspector {
  readonly #versions: Versions;
  readonly #targets = new Map<string, Target>();

  constructor(versions: Versions) {
    this.#versions = versions;
  }

  targets(): readonly InspectionTarget[] {
    return [...this.#targets.values()].reverse().map(({ id, ref, url }) => ({ id, ref, url }));
  }

  attach(id: string, client: InspectionClient): InspectionSession | "unknown" | "taken" {
    const target = this.#targets.get(id);
    if (target === undefined) return "unknown";
    if (target.client !== null) return "taken";
    const { host, slot } = target;
    target.client = client;
    host.inspect("attach", slot);
    const isAttached = (): boolean => this.#targets.get(id) === target && target.client === client;
    return {
      send(text) {
        if (isAttached()) host.inspect("message", slot, text);
      },
      close() {
        if (!isAttached()) return;
        target.client = null;
        host.inspect("detach", slot);
      },
    };
  }

  isolateReady(host: DebuggedHost, slot: number): void {
    for (const { ref, slot: known, code } of this.#versions.all()) {
      if (known !== slot) continue;
      this.#newerThan(ref);
      const { entry } = JSON.parse(code) as Pick<HostBundle, "entry">; // We wrote it.
      const id = randomText(ID_CHARACTERS);
      this.#targets.set(id, { id, ref, url: `file:///${entry}`, host, slot, client: null });
    }
  }

  isolateGone(host: DebuggedHost, slot: number): void {
    this.#drop((target) => target.host === host && target.slot === slot);
  }

  hostGone(host: DebuggedHost): void {
    this.#drop((target) => target.host === host);
  }

  said(host: DebuggedHost, slot: number, text: string): void {
    for (const target of this.#targets.values()) {
      if (target.host === host && target.slot === slot) target.client?.heard(text);
    }
  }

  /** Whoever debugs the version before is to find the new one. The old one stays, for calls that have begun on it. */
  #newerThan({ script, version }: ScriptRef): void {
    for (const target of this.#targets.values()) {
      const { ref, host, slot, client } = target;
      if (client === null || ref.script !== script || ref.version >= version) continue;
      target.client = null;
      host.inspect("detach", slot);
      client.targetGone();
    }
  }

  #drop(isGone: (target: Target) => boolean): void {
    for (const [id, target] of this.#targets) {
      if (!isGone(target)) continue;
      this.#targets.delete(id);
      target.client?.targetGone();
    }
  }
}
