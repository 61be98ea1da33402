import { simulate } from "strowger/testing";
import { describe, expect, it } from "vitest";
import "strowger/testing/vitest";
import firstScript from "./default.ts";

describe("The first script", () => {
  it("rings whoever is called, by name or by extension", async () => {
    const byName = simulate(firstScript).invite({ to: "bob", from: "alice" });
    await byName.answers("bob");
    expect(byName).toBeConnectedTo("bob");
    const byExtension = simulate(firstScript).invite({ to: "100", from: "bob" });
    await byExtension.rings("alice");
  });

  it("finds nobody of another name, and nobody where there is none", () => {
    expect(simulate(firstScript).invite({ to: "nobody", from: "bob" })).toBeRejectedWith(404);
    // Strangers do not learn who is here.
    expect(simulate(firstScript).invite({ to: "nobody" })).toBeRejectedWith(480);
    expect(simulate(firstScript).invite({ to: "sip:example.com" })).toBeRejectedWith(404);
  });
});
