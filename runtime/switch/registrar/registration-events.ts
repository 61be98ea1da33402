/**
 * What scripts hear of registrations: `register` before anything is changed, which they may refuse or bound, `registered` and
 * `unregistered` once it is. The route of the user (method REGISTER) names the script. Nothing is made for an event that
 * nobody handles.
 */
import type { StandaloneEvent } from "../../../sdk/script-event.ts";
import { randomText } from "../../base/random.ts";
import { ok } from "../../base/result.ts";
import { parseRegistrationDecision, type RegistrationDecision } from "../../contract/request-decision.ts";
import type { ScriptEvents } from "../../port/script-events.ts";
import type { SipRequest } from "../../sip/message/message.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import type { Routes } from "../routes/routes.ts";
import { registerEvent } from "./register-event.ts";
import type { Registrar } from "./registrar.ts";
import type { Aor } from "./registrar-options.ts";
import { viewRegistration } from "./registrations.ts";
import type { BindingChange } from "./update.ts";

/** Changes that wait for their script: a thousand phones come back together after a power cut. */
const MOST_WAITING = 10_000;
/** Of those told at the same time; other events of the same script need room as well. */
const MOST_TOLD = 20;
const ID_CHARACTERS = 12;
const NO_CONTENT = () => ok(undefined);

export interface RegistrationEventsParts {
  readonly events: ScriptEvents;
  readonly routes: Pick<Routes, "find">;
  readonly registrar: Registrar;
  /** So many changes could not be told. */
  readonly onDropped: () => void;
}

interface Waiting {
  readonly script: string;
  readonly change: BindingChange;
}

export class RegistrationEvents {
  readonly #parts: RegistrationEventsParts;
  readonly #waiting: Waiting[] = [];
  #told = 0;
  #isDropping = false;

  constructor(parts: RegistrationEventsParts) {
    this.#parts = parts;
  }

  /**
   * What the script says of a REGISTER; `undefined`: nothing, nobody is asked, or the script has failed. A fault is no
   * reason to keep every phone away.
   */
  ask(request: SipRequest, aor: Aor, flow: Flow): Promise<RegistrationDecision | undefined> | undefined {
    const { events } = this.#parts;
    const script = this.#scriptOf(aor, flow.remoteAddress);
    if (script === undefined || !events.isHandled(script, "register")) return undefined;
    const event = registerEvent(request, { id: newId(), aor, flow });
    return this.#decisionOf(script, event);
  }

  bindingChanged(change: BindingChange): void {
    if (change.what === "refreshed") return;
    const { domain, user, remoteAddress } = change.binding;
    const script = this.#scriptOf({ domain, user }, remoteAddress);
    if (script === undefined || !this.#parts.events.isHandled(script, change.what)) return;
    if (this.#waiting.length >= MOST_WAITING) {
      if (!this.#isDropping) this.#parts.onDropped();
      this.#isDropping = true;
      return;
    }
    this.#waiting.push({ script, change });
    this.#pump();
  }

  async #decisionOf(
    script: string,
    event: StandaloneEvent & { readonly id: string },
  ): Promise<RegistrationDecision | undefined> {
    const { events } = this.#parts;
    const outcome = await events.run({ script, id: event.id, event, parse: parseRegistrationDecision });
    return outcome.type === "returned" ? outcome.value : undefined;
  }

  #pump(): void {
    while (this.#told < MOST_TOLD) {
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#isDropping = false;
        return;
      }
      this.#told++;
      const id = newId();
      const event = changeEvent(next.change, id, this.#parts.registrar);
      void this.#parts.events.run({ script: next.script, id, event, parse: NO_CONTENT }).finally(() => {
        this.#told--;
        this.#pump();
      });
    }
  }

  #scriptOf({ domain, user }: Aor, source: string): string | undefined {
    return this.#parts.routes.find({ method: "REGISTER", to: user, from: user, domain, source })?.script;
  }
}

function changeEvent(change: BindingChange, id: string, { gruus }: Registrar): StandaloneEvent {
  const registration = viewRegistration(change.binding, gruus);
  if (change.what === "unregistered") return { type: "unregistered", id, ...registration, reason: change.reason };
  return { type: "registered", id, ...registration };
}

function newId(): string {
  return `register-${randomText(ID_CHARACTERS)}`;
}
