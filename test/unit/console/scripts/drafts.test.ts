import { beforeEach, describe, expect, it } from "vitest";
import {
  type Draft,
  type DraftStorage,
  type Drafts,
  draftedScripts,
  forgetDraft,
  keepDraft,
  type Owner,
  readDraft,
} from "../../../../runtime/console/pages/scripts/code/drafts.ts";
import { type Base, Workspace } from "../../../../runtime/console/pages/scripts/code/workspace.ts";

const draft: Draft = { base: 3, etag: '"x"', entry: "main.ts", files: { "main.ts": "1", "other.ts": "2" } };
const anna: Owner = { type: "user", name: "anna" };
const base: Base = { version: 3, etag: '"x"', entry: "main.ts", files: { "main.ts": "1" } };

function memory(): DraftStorage & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

const full: DraftStorage = {
  getItem: () => null,
  setItem: () => {
    throw new Error("QuotaExceededError");
  },
  removeItem: () => {},
};

describe("A draft", () => {
  let storage: ReturnType<typeof memory>;
  const draftsOf = (owner: Owner): Drafts => ({ owner, storage });
  beforeEach(() => {
    storage = memory();
  });

  it("is kept by script until it is forgotten", () => {
    const drafts = draftsOf(anna);
    expect(keepDraft(drafts, "main", draft)).toBe(true);
    expect(readDraft(drafts, "main")).toEqual(draft);
    expect(readDraft(drafts, "other")).toBe(null);
    forgetDraft(drafts, "main");
    expect(readDraft(drafts, "main")).toBe(null);
  });

  it("is found by the name of its script, among what else a browser keeps", () => {
    storage.setItem("theme", "dark");
    for (const script of ["main", "b"]) keepDraft(draftsOf(anna), script, draft);
    expect(draftedScripts(anna, [...storage.kept.keys()])).toEqual(["b", "main"]);
  });

  it.each<[string, Owner]>([
    ["another user", { type: "user", name: "ann" }],
    ["a token of the same name", { type: "token", name: "anna" }],
    ["a token whose name is made to look like hers", { type: "token", name: '","user","anna' }],
  ])("is nothing to %s, whose draft of the same script is another", (_who, other) => {
    keepDraft(draftsOf(anna), "main", draft);
    expect(readDraft(draftsOf(other), "main")).toBe(null);
    expect(draftedScripts(other, [...storage.kept.keys()])).toEqual([]);
    keepDraft(draftsOf(other), "main", { ...draft, base: 7 });
    forgetDraft(draftsOf(other), "main");
    expect(readDraft(draftsOf(anna), "main")).toEqual(draft);
  });

  it("is none where what is kept is none of ours", () => {
    const drafts = draftsOf(anna);
    keepDraft(drafts, "main", draft);
    const [key = ""] = storage.kept.keys();
    const broken = [
      "{",
      "3",
      "null",
      JSON.stringify({ ...draft, entry: "gone.ts" }),
      JSON.stringify({ ...draft, files: { "main.ts": 1 } }),
      JSON.stringify({ ...draft, base: "3" }),
    ];
    for (const text of broken) {
      storage.setItem(key, text);
      expect(readDraft(drafts, "main")).toBe(null);
    }
  });

  it("says that it is not kept where the browser has no room", () => {
    expect(keepDraft({ owner: anna, storage: full }, "main", draft)).toBe(false);
  });
});

describe("The files that somebody writes at", () => {
  let drafts: Drafts;
  const open = (of: Partial<ConstructorParameters<typeof Workspace>[0]> = {}) =>
    new Workspace({ script: "main", isReadOnly: false, base, draft: null, drafts, ...of });
  const kept = () => readDraft(drafts, "main");
  beforeEach(() => {
    drafts = { owner: anna, storage: memory() };
  });

  it("are a draft while they are others than the version they began with", () => {
    const workspace = open();
    expect(workspace.isDirty.value).toBe(false);
    workspace.edit("main.ts", "2");
    expect(workspace.isDirty.value).toBe(true);
    expect(kept()).toMatchObject({ base: 3, files: { "main.ts": "2" } });
    workspace.edit("main.ts", "1");
    expect(workspace.isDirty.value).toBe(false);
    expect(kept()).toBe(null);
  });

  it("are kept of a new script only once something was written", () => {
    const workspace = open({ base: { ...base, version: null, etag: null } });
    expect([workspace.isDirty.value, workspace.isChanged.value, kept()]).toEqual([true, false, null]);
    workspace.edit("main.ts", "2");
    expect(kept()).toMatchObject({ base: null, files: { "main.ts": "2" } });
  });

  it("go on with what was kept, and with what was seen of the script then", () => {
    const workspace = open({ draft: { ...draft, etag: '"old"' } });
    expect(workspace.isDirty.value).toBe(true);
    expect(workspace.base.value.etag).toBe('"old"');
    expect(Object.keys(workspace.files.value)).toEqual(["main.ts", "other.ts"]);
  });

  it("are those of the version again once they are discarded", () => {
    const workspace = open();
    workspace.add("more.ts");
    workspace.rename("main.ts", "first.ts");
    expect(workspace.entry.value).toBe("first.ts");
    workspace.discard();
    expect(workspace.source).toEqual({ entry: "main.ts", files: { "main.ts": "1" } });
    expect(workspace.active.value).toBe("main.ts");
    expect(kept()).toBe(null);
  });

  it("stay a draft where they have changed while they were stored", () => {
    const workspace = open();
    workspace.edit("main.ts", "2");
    const { source } = workspace;
    workspace.edit("main.ts", "3");
    workspace.stored(4, '"y"', source);
    expect(workspace.isDirty.value).toBe(true);
    expect(kept()).toMatchObject({ base: 4, etag: '"y"', files: { "main.ts": "3" } });
  });

  it("change for nobody who may only read", () => {
    const workspace = open({ isReadOnly: true });
    workspace.edit("main.ts", "2");
    expect(workspace.files.value).toEqual({ "main.ts": "1" });
  });

  it("lead to a place, unless there is no such file", () => {
    const workspace = open();
    expect(workspace.goTo({ file: "main.ts", line: 1, column: 1 })).toBe(true);
    expect(workspace.goTo({ file: "gone.ts", line: 1, column: 1 })).toBe(false);
  });
});
