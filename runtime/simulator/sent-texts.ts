/** Text messages that a script has sent: written down for the test. */
import type { SentText, TextMessage, TextSender } from "../port/text-message.ts";

/** One message as a test looks at it. */
export interface SimulatedText {
  readonly to: string;
  readonly body: string;
  /** `null`: the switch itself. */
  readonly from: string | null;
  readonly contentType: string;
}

export class SentTexts implements TextSender {
  readonly list: SimulatedText[] = [];

  async send({ to, body, from, contentType }: TextMessage): Promise<SentText> {
    this.list.push({ to, body, from, contentType });
    return { id: `message-${this.list.length}`, state: "queued" };
  }
}
