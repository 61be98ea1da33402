import { describe, expect, it } from "vitest";
import {
  AbortController as Controller,
  AbortSignal as Signal,
} from "../../../../../runtime/sandbox/host/realm/web/abort.ts";
import { atob, btoa, fromBase64, toBase64 } from "../../../../../runtime/sandbox/host/realm/web/base64.ts";
import { WebHeaders } from "../../../../../runtime/sandbox/host/realm/web/headers.ts";
import { WebRequest } from "../../../../../runtime/sandbox/host/realm/web/request.ts";
import { WebResponse } from "../../../../../runtime/sandbox/host/realm/web/response.ts";

describe("Headers", () => {
  it("know a field by its name in any case, and put several of one name together", () => {
    const headers = new WebHeaders([
      ["X-B", "1"],
      ["x-a", " 2 "],
      ["X-b", "3"],
    ]);
    expect([...headers]).toEqual([
      ["x-a", "2"],
      ["x-b", "1, 3"],
    ]);
    expect([headers.get("X-B"), headers.get("x-c"), headers.has("X-A")]).toEqual(["1, 3", null, true]);
    headers.set("X-B", "4");
    headers.delete("x-a");
    expect(Object.fromEntries(headers)).toEqual({ "x-b": "4" });
  });

  it("keep cookies apart", () => {
    const headers = new WebHeaders();
    headers.append("Set-Cookie", "a=1");
    headers.append("Set-Cookie", "b=2");
    expect(headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect([...headers.values()]).toEqual(["a=1", "b=2"]);
  });

  it.each([
    ["x a", "1"],
    ["", "1"],
    ["x-a", "1\r\nB: 2"],
    ["x-a", "1\0"],
    ["x-a", "€"],
  ])("refuse %j: %j", (name, value) => {
    expect(() => new WebHeaders({ [name]: value })).toThrow(TypeError);
  });
});

describe("A Response", () => {
  it("has a status, fields and a body that is read once", async () => {
    const response = new WebResponse('{"a":1}', { status: 201, headers: { "Content-Type": "application/json" } });
    const copy = response.clone();
    expect([response.status, response.ok, response.headers.get("content-type")]).toEqual([
      201,
      true,
      "application/json",
    ]);
    expect(await response.json()).toEqual({ a: 1 });
    expect(response.bodyUsed).toBe(true);
    await expect(response.text()).rejects.toThrow(new TypeError("The body was read already"));
    expect(() => response.clone()).toThrow(TypeError);
    expect(await copy.bytes()).toEqual(new TextEncoder().encode('{"a":1}'));
  });

  it("reads bytes as UTF-8 without the mark at their beginning, and text as bytes", async () => {
    const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0xff);
    expect(await new WebResponse(bytes).text()).toBe("a\ufffd");
    expect(await new WebResponse("\ufeffa").text()).toBe("a");
    expect(new Uint8Array((await new WebResponse("é").arrayBuffer()) as ArrayBuffer)).toEqual(
      Uint8Array.of(0xc3, 0xa9),
    );
  });

  it("is not changed by what becomes of the bytes that it was made of", async () => {
    const bytes = Uint8Array.of(1, 2);
    const response = new WebResponse(bytes.subarray(1));
    bytes[1] = 9;
    expect(await response.bytes()).toEqual(Uint8Array.of(2));
  });

  it("refuses what no response is", () => {
    expect(() => new WebResponse("", { status: 99 })).toThrow(RangeError);
    expect(() => new WebResponse("x", { status: 204 })).toThrow(TypeError);
    expect(() => new WebResponse("", { statusText: "a\r\nb" })).toThrow(TypeError);
    expect(() => new WebResponse({ a: 1 })).toThrow("make text of an object by JSON.stringify");
    expect(() => WebResponse.json(undefined)).toThrow(TypeError);
    expect(() => WebResponse.redirect("/", 200)).toThrow(RangeError);
    expect(() => JSON.stringify(new WebResponse(Uint8Array.of(0xff)))).toThrow(TypeError);
  });
});

describe("A Request", () => {
  it("has a method in capitals, a URL in full and the type of its body", () => {
    const form = new WebRequest("https://H/a?b", { method: "post", body: new URLSearchParams({ a: "1 2" }) });
    expect([form.method, form.url, form.headers.get("content-type")]).toEqual([
      "POST",
      "https://h/a?b",
      "application/x-www-form-urlencoded;charset=UTF-8",
    ]);
    expect(
      new WebRequest("https://h/", { method: "PUT", body: "x", headers: { "content-type": "a/b" } }).headers.get(
        "content-type",
      ),
    ).toBe("a/b");
  });

  it("is made of another, with what is to be different", async () => {
    const first = new WebRequest("https://h/", { method: "PUT", body: "x", headers: { a: "1" }, timeoutSeconds: 3 });
    const second = new WebRequest(first, { headers: { b: "2" } });
    expect([second.method, second.timeoutSeconds, [...second.headers], await second.text()]).toEqual([
      "PUT",
      3,
      [["b", "2"]],
      "x",
    ]);
  });
});

describe("An abort signal", () => {
  it("tells its listeners once, with the reason", () => {
    const controller = new Controller();
    const heard: unknown[] = [];
    controller.signal.addEventListener("abort", ({ target }) => heard.push(target.reason));
    controller.signal.onabort = () => heard.push("on");
    const removed = (): unknown => heard.push("removed");
    controller.signal.addEventListener("abort", removed);
    controller.signal.removeEventListener("abort", removed);
    controller.abort("why");
    controller.abort("again");
    expect(heard).toEqual(["on", "why"]);
    expect(() => controller.signal.throwIfAborted()).toThrow("why");
  });

  it("follows any of several", () => {
    const [one, two] = [new Controller(), new Controller()];
    const any = Signal.any([one.signal, two.signal]);
    expect(any.aborted).toBe(false);
    two.abort("two");
    expect([any.aborted, any.reason, Signal.any([two.signal]).reason]).toEqual([true, "two", "two"]);
    expect(Signal.abort().reason).toMatchObject({ name: "AbortError" });
  });
});

describe("Base64", () => {
  it("is that of the platform, for bytes of any number", () => {
    for (let length = 0; length < 300; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 167 + length) & 255);
      const text = Buffer.from(bytes).toString("base64");
      expect(toBase64(bytes)).toBe(text);
      expect(fromBase64(text)).toEqual(bytes);
      expect(btoa(atob(text))).toBe(text);
    }
  });

  it.each(["YQ", " Y Q = = ", "YWI", "", "YWJj\n"])("takes %j as the platform does", (text) => {
    expect(atob(text)).toBe(globalThis.atob(text));
  });

  it.each(["Y", "YQ=", "YQ===", "Y=Q=", "Y*Q=", "é", "YQ=="])("takes or refuses %j as the platform does", (text) => {
    const outcome = (decode: (text: string) => string): string => {
      try {
        return decode(text);
      } catch {
        return "refused";
      }
    };
    expect(outcome(atob)).toBe(outcome(globalThis.atob));
  });

  it("has no place for characters past U+00FF", () => {
    expect(() => btoa("€")).toThrow(TypeError);
  });
});
