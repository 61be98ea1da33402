/** The ways out, for whoever looks a target up. */
import type { TrunkDirectory } from "../target.ts";
import type { TrunkServices } from "./trunk-services.ts";
import { type TrunkRoute, waysBy, waysOut } from "./way-out.ts";

export class LiveTrunkDirectory implements TrunkDirectory {
  readonly #services: Pick<TrunkServices, "trunks" | "gateways" | "plan">;

  constructor(services: Pick<TrunkServices, "trunks" | "gateways" | "plan">) {
    this.#services = services;
  }

  waysOut(number: string): readonly TrunkRoute[] | undefined {
    return waysOut(number, this.#services);
  }

  waysBy(name: string, number: string, isEmergency: boolean): readonly TrunkRoute[] | undefined {
    const trunk = this.#services.trunks.byName(name);
    return trunk === undefined ? undefined : waysBy(trunk, number, this.#services, isEmergency);
  }
}
