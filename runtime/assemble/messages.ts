/** Puts together text messages: what is kept for those who are away, and what the switch sends by itself. */
import type { Clock } from "../base/clock.ts";
import { isoTime } from "../base/iso-time.ts";
import type { Log } from "../base/log.ts";
import { toText } from "../base/text.ts";
import type { Config } from "../config/config.ts";
import type { MessageStore } from "../port/message-store.ts";
import type { TextMessages } from "../port/text-message.ts";
import { messageOperations } from "../sandbox/broker/message-operations.ts";
import type { OperationModule } from "../sandbox/broker/operation.ts";
import type { SipStack } from "../sip/stack.ts";
import { type MessageRules, Messages } from "../switch/messages/messages.ts";
import { LocalTextSender } from "../switch/messages/text-sender.ts";
import type { Registrar } from "../switch/registrar/registrar.ts";
import type { Directory } from "../switch/target.ts";
import { addressesOf } from "./addresses.ts";
import { NUMBER_PLAN } from "./number-plan.ts";

export interface MessageParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly stack: SipStack;
  readonly store: MessageStore;
  readonly directory: Directory;
  readonly registrar: Pick<Registrar, "watch">;
  /** The domain of the API. */
  readonly domain: string;
  /** Sources free of per-source limits. */
  readonly isExempt: (address: string) => boolean;
}

export interface MessageRooms {
  readonly messages: Messages;
  readonly texts: TextMessages;
  /** What scripts may ask of them, by the name under which they import it. */
  readonly modules: Readonly<Record<string, OperationModule>>;
  userRemoved(domain: string, user: string): void;
  reload(config: Config): void;
  stop(): void;
}

export async function assembleMessages(parts: MessageParts): Promise<MessageRooms> {
  const { config, clock, log, stack, store, directory, registrar, domain, isExempt } = parts;
  const { uriOf, hostOf } = addressesOf(config, stack);
  const messages = new Messages({ clock, log, stack, store, directory, rules: rulesOf(config), isExempt, uriOf });
  await messages.load();
  registrar.watch((change) => messages.bindingChanged(change));
  const sender = new LocalTextSender({
    stack,
    messages,
    directory,
    uriOf,
    ownUri: (of) => `sip:${hostOf(of)}`,
    clock,
    plan: NUMBER_PLAN,
  });
  return {
    messages,
    modules: { messages: messageOperations(sender) },
    userRemoved(of, user) {
      // Whoever gets the name next has no claim to them.
      messages.clear({ domain: of, user }).catch((error: unknown) => {
        log.error("The messages of a user who is gone could not be removed", { error, personal: { domain: of, user } });
      });
    },
    texts: {
      send: (text) => sender.send(text),
      waiting: (user) =>
        messages
          .waiting({ domain, user })
          .map(({ id, from, sender: by, contentType, bytes, createdAt, expiresAt }) => ({
            id,
            from: toText(from),
            sender: by,
            contentType: toText(contentType),
            bytes,
            createdAt: isoTime(createdAt),
            expiresAt: isoTime(expiresAt),
          })),
      clear: (user) => messages.clear({ domain, user }),
    },
    reload: (next) => messages.configure(rulesOf(next)),
    stop: () => messages.stop(),
  };
}

function rulesOf({ messages }: Config): MessageRules {
  const { store, maxPerUser, maxKilobytesPerUser, keepHours } = messages;
  return { isOn: store, messages: maxPerUser, bytes: maxKilobytesPerUser * 1024, keepMs: keepHours * 3600_000 };
}
