/** Who owns media endpoints in the tests: keeps all events but the numbers that a journal keeps, and waits for one. */
import type { MediaEndpoint, MediaEvent, MediaOwner } from "../../../../runtime/port/media.ts";
import { until } from "../../../helpers/until.ts";

type Named<Type extends MediaEvent["type"]> = Extract<MediaEvent, { readonly type: Type }>;

export class Owner implements MediaOwner {
  readonly events: MediaEvent[] = [];

  mediaEvent(event: MediaEvent, _endpoint: MediaEndpoint): void {
    if (event.type !== "numbers") this.events.push(event);
  }

  /** The first event of this type, when it has come. */
  async next<Type extends MediaEvent["type"]>(type: Type, withinMs = 5_000): Promise<Named<Type>> {
    return await until(type, () => this.events.find((event): event is Named<Type> => event.type === type), withinMs);
  }

  all<Type extends MediaEvent["type"]>(type: Type): Named<Type>[] {
    return this.events.filter((event): event is Named<Type> => event.type === type);
  }
}
