/** What a script can ask of the simulated switch: the real operations on what is in memory, and mocks in their place. */
import { callModules } from "../assemble/calls.ts";
import { silentLog } from "../base/log.ts";
import { parsePhoneNumber } from "../numbers/phone-numbers.ts";
import type { Operations } from "../port/sandbox.ts";
import type { TextSender } from "../port/text-message.ts";
import { createBroker } from "../sandbox/broker/broker.ts";
import { kvOperations } from "../sandbox/broker/kv-operations.ts";
import { messageOperations } from "../sandbox/broker/message-operations.ts";
import type { OperationModule } from "../sandbox/broker/operation.ts";
import { phoneOperations } from "../sandbox/broker/phone-operations.ts";
import { secretOperations } from "../sandbox/broker/secret-operations.ts";
import { Turnstile } from "../sandbox/broker/turnstile.ts";
import { voicemailOperations } from "../sandbox/broker/voicemail-operations.ts";
import { webOperations } from "../sandbox/broker/web-operations.ts";
import { KvDesk } from "../script-data/kv.ts";
import { LiveCalls } from "../switch/call-control.ts";
import { ScriptBounds } from "../switch/originate/script-bounds.ts";
import type { MemoryMailboxes } from "./audio/memory-mailboxes.ts";
import type { SimLibrary } from "./audio/sim-library.ts";
import { MemoryKv } from "./memory-kv.ts";
import { MockedFetcher } from "./mocked-fetcher.ts";
import { DOMAIN, type SimulationOptions } from "./options.ts";
import type { Pace } from "./pace.ts";
import { SimulationError } from "./simulation-error.ts";
import type { SimSwitch } from "./switch.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** Calls that the script has begun: those that are up, and those of a minute. */
const MOST_ORIGINATED = { max: 100, perMinute: 100 };

export interface OperationParts {
  readonly clock: VirtualClock;
  readonly pace: Pace;
  readonly mailboxes: MemoryMailboxes;
  readonly library: SimLibrary;
  readonly options: SimulationOptions;
  readonly kv: KvDesk;
  readonly texts: TextSender;
  /** Made when the first operation is begun. */
  readonly switch: () => SimSwitch;
}

/** The keys of the script, with what there is at the beginning. */
export function prefilledKv(clock: VirtualClock, script: string, values: SimulationOptions["kv"] = {}): KvDesk {
  const kv = new KvDesk(new MemoryKv(), clock);
  for (const [key, value] of Object.entries(values)) void kv.set({ domain: DOMAIN, script }, key, value);
  return kv;
}

/** Most simulations begin no operation: the modules are put together when one does. */
export function simOperations(parts: OperationParts): Operations {
  let broker: Operations | null = null;
  return {
    run(context, name, args, done) {
      broker ??= createBroker(mocked(modulesOf(parts), parts.options.operations ?? {}), silentLog);
      broker.run(context, name, args, done);
    },
  };
}

function modulesOf({ clock, pace, mailboxes, library, options, kv, texts, switch: get }: OperationParts) {
  const { sw, users, registrar, directory } = get();
  const turnstile = new Turnstile();
  const calls = new LiveCalls(sw, new ScriptBounds(MOST_ORIGINATED, clock));
  const secrets = options.secrets ?? {};
  const modules: Record<string, OperationModule> = {
    ...callModules({ calls, users, registrar }),
    kv: kvOperations(kv, DOMAIN, turnstile),
    messages: messageOperations(texts),
    phone: phoneOperations(parsePhoneNumber, () => options.country ?? "us"),
    secrets: secretOperations(
      { reveal: async (_of, name) => (Object.hasOwn(secrets, name) ? secrets[name] : undefined) },
      DOMAIN,
      turnstile,
      { conceal() {} },
    ),
    voicemail: voicemailOperations(
      mailboxes,
      { file: ({ callId }, id) => library.recording(callId ?? "", id) },
      (domain, name) => directory.findUser(domain, name),
    ),
    web: webOperations(new MockedFetcher(options.fetch, pace)),
  };
  return modules;
}

function mocked(
  modules: Record<string, OperationModule>,
  mocks: NonNullable<SimulationOptions["operations"]>,
): Record<string, OperationModule> {
  for (const [name, mock] of Object.entries(mocks)) {
    const [, module, operation] = /^([^.]+)\.(.+)$/.exec(name) ?? [];
    if (module === undefined || operation === undefined) {
      throw new SimulationError(`operations: "${name}" is no operation; they are named as in "users.get"`);
    }
    modules[module] = { ...modules[module], [operation]: (_context, args) => mock(args) };
  }
  return modules;
}
