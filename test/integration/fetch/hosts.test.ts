import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy, serve, Web, type WebServer } from "./web.ts";

let server: WebServer;
/** What reached the server. */
const reached: string[] = [];

beforeAll(async () => {
  server = await serve((request, response) => {
    reached.push(`${request.headers.host} ${request.url}`);
    const to = new URL(request.url ?? "", "http://x").searchParams.get("to");
    if (to === null) response.end("here");
    else response.writeHead(302, { Location: to }).end();
  });
});
afterAll(() => server.close());

function at(host: string, path = "/"): string {
  return `http://${host}:${server.port}${path}`;
}

describe("A script that fetches", () => {
  it.each([
    "127.0.0.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "localhost",
    "api.localhost",
    "LOCALHOST.",
    "0",
    "10.0.0.1",
    "169.254.169.254",
  ])("does not reach %s, and nothing is sent", async (host) => {
    const web = new Web({ allowPrivate: [] });
    const before = server.connections.length;
    const problem = await web.problem(at(host));
    expect(problem.code).toBe("not-allowed");
    expect(problem.message).toContain("fetch.allowPrivate");
    expect(web.asked).toEqual([]);
    expect(server.connections.length).toBe(before);
  });

  it("does not reach a name of a network around the switch, nor hears its address", async () => {
    const web = new Web({ allowPrivate: [] });
    for (const address of ["10.20.30.40", "127.0.0.1", "fd00::15", "::ffff:10.20.30.40"]) {
      web.names.set("crm.internal", [[address]]);
      const problem = await web.problem(at("crm.internal"));
      expect(problem).toEqual({
        code: "not-allowed",
        message: `crm.internal:${server.port}: it does not have a public address; the operator may add its network to fetch.allowPrivate`,
      });
    }
  });

  it("does not reach a name where one of its addresses is not allowed", async () => {
    const web = new Web();
    web.names.set("both.example", [["127.0.0.1", "10.0.0.1"]]);
    expect((await web.problem(at("both.example"))).code).toBe("not-allowed");
  });

  it("asks for a name once, and is connected to what was checked, whatever the name stands for later", async () => {
    const web = new Web();
    web.names.set("rebind.example", [["127.0.0.1"], ["169.254.169.254"]]);
    expect(await web.text(at("rebind.example", "/one"))).toBe("here");
    expect(web.asked).toEqual(["rebind.example"]);
    expect(reached).toContain(`rebind.example:${server.port} /one`);
    // A connection is still open, and of no help.
    expect((await web.problem(at("rebind.example", "/two"))).code).toBe("not-allowed");
    expect(reached).not.toContain(`rebind.example:${server.port} /two`);
  });

  it("tries the next address of a name where the first does not answer", async () => {
    const web = new Web({ allowPrivate: ["127.0.0.0/8"] });
    web.names.set("two.example", [["127.0.0.77", "127.0.0.1"]]);
    expect(await web.text(at("two.example"))).toBe("here");
  });

  it("is told that there is no such host", async () => {
    const web = new Web();
    web.names.set("nowhere.example", [[]]);
    expect(await web.problem("http://nowhere.example/")).toEqual({
      code: "network",
      message: "nowhere.example: there is no such host",
    });
  });

  it("is told that names cannot be looked up now", async () => {
    const web = new Web();
    web.names.set("servfail.example", [
      new Proxy([], {
        get() {
          throw new Error("queryA ESERVFAIL 10.0.0.53");
        },
      }),
    ]);
    expect(await web.problem("http://servfail.example/")).toEqual({
      code: "network",
      message: "servfail.example: its address cannot be found out now",
    });
  });
});

describe("A redirect", () => {
  it.each([
    ["http://169.254.169.254/latest/meta-data/", "169.254.169.254"],
    ["http://2852039166/", "169.254.169.254"],
    ["http://[::1]:8000/", "[::1]:8000"],
    ["http://10.0.0.1/", "10.0.0.1"],
  ])("to %s leads nowhere", async (to, label) => {
    const web = new Web();
    const problem = await web.problem(at("out.example", `/?to=${encodeURIComponent(to)}`));
    expect(problem.code).toBe("not-allowed");
    expect(problem.message).toMatch(`${label} (a redirect): it is not a public address`);
  });

  it("to a name of a network around the switch leads nowhere, and tells no address", async () => {
    const web = new Web();
    web.names.set("vault.internal", [["10.0.0.9"]]);
    const problem = await web.problem(at("out.example", "/?to=http://vault.internal/"));
    expect(problem.code).toBe("not-allowed");
    expect(problem.message).not.toContain("10.0.0.9");
  });

  it("to a host that the script may not fetch from leads nowhere", async () => {
    const web = new Web({ hosts: ["out.example"] });
    const problem = await web.problem(at("out.example", `/?to=${at("other.example")}`));
    expect(problem).toMatchObject({ code: "not-allowed", message: expect.stringContaining("other.example") });
  });

  it("is followed where all is well, and says so", async () => {
    const web = new Web();
    const answer = await web.fetch(at("out.example", `/?to=${encodeURIComponent("/end")}`));
    expect(answer).toMatchObject({ redirected: true, status: 200, url: at("out.example", "/end") });
    expect(answer.body.toString()).toBe("here");
  });

  it("without end is left", async () => {
    const web = new Web();
    expect(await web.problem(at("out.example", `/?to=${encodeURIComponent("?to=")}`))).toMatchObject({
      code: "network",
      message: expect.stringContaining("more than 5 redirects"),
    });
  });

  it("is given as it is, or is a failure, where the script says so", async () => {
    const web = new Web();
    const url = at("out.example", "/?to=http://10.0.0.1/");
    expect(await web.fetch(url, { redirect: "manual" })).toMatchObject({ status: 302, redirected: false, url });
    expect((await web.problem(url, { redirect: "error" })).message).toContain("it redirects (302)");
  });
});

describe("The hosts of the configuration", () => {
  it("are those of the script, else those of all", async () => {
    const web = new Web({ hosts: ["*.example.com"], ofScripts: { night: [`crm.example.net:${server.port}`] } });
    expect(await web.text(at("api.example.com"))).toBe("here");
    expect((await web.problem(at("crm.example.net"))).message).toBe(
      `crm.example.net:${server.port}: the configuration does not let "desk" fetch from this host`,
    );
    expect(await web.text(at("crm.example.net"), { script: "night" })).toBe("here");
    expect((await web.problem(at("api.example.com"), { script: "night" })).code).toBe("not-allowed");
  });

  it("change with the next request, and no connection outlives what allowed it", async () => {
    const web = new Web();
    await web.text(at("a.example"));
    const [socket] = server.connections.slice(-1);
    web.fetcher.configure(policy({ allowPrivate: [] }));
    expect((await web.problem(at("a.example"))).code).toBe("not-allowed");
    await expect.poll(() => socket !== undefined && server.open.has(socket)).toBe(false);
  });

  it("do not make an address public", async () => {
    const web = new Web({ allowPrivate: [], hosts: ["127.0.0.1", "localhost"] });
    for (const host of ["127.0.0.1", "localhost"]) expect((await web.problem(at(host))).code).toBe("not-allowed");
  });
});
