/** Where the editor is put; it and TypeScript are loaded when it is first shown. */
import { effect, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Loading } from "../../../components/loading.tsx";
import { ProblemNotice } from "../../../components/notice.tsx";
import { offsetOf } from "./place.ts";
import { watchTypes } from "./watch-types.ts";
import type { Workspace } from "./workspace.ts";

export function EditorPane({ workspace }: { readonly workspace: Workspace }) {
  const frame = useRef<HTMLDivElement>(null);
  const problem = useSignal<Error | null>(null);
  const isLoading = useSignal(true);
  useEffect(() => {
    let stop: (() => void) | null = null;
    let isWanted = true;
    import("../editor/code-editor.ts").then(
      ({ CodeEditor }) => {
        if (!isWanted || frame.current === null) return;
        isLoading.value = false;
        const editor = new CodeEditor({
          parent: frame.current,
          isReadOnly: workspace.isReadOnly,
          files: () => workspace.files.peek(),
          onChange: (file, text) => workspace.edit(file, text),
        });
        const ends = [...follow(workspace, editor), watchTypes(workspace, editor.checker), () => editor.stop()];
        stop = () => {
          for (const end of ends) end();
        };
      },
      (error: Error) => {
        problem.value = error;
      },
    );
    return () => {
      isWanted = false;
      stop?.();
    };
  }, [workspace]);
  return (
    <div class="scripts-source">
      {problem.value !== null && <ProblemNotice error={problem.value} />}
      {isLoading.value && problem.value === null && <Loading />}
      <div ref={frame} class="scripts-mount" />
    </div>
  );
}

/** What happens in the workspace shows in the editor. */
function follow(workspace: Workspace, editor: import("../editor/code-editor.ts").CodeEditor): (() => void)[] {
  let generation = workspace.generation.peek();
  return [
    effect(() => {
      const file = workspace.active.value;
      const isSame = generation === workspace.generation.value;
      generation = workspace.generation.value;
      if (isSame) editor.open(file);
      else editor.reset(file);
      editor.show(workspace.findings.peek());
    }),
    effect(() => editor.show(workspace.findings.value)),
    effect(() => {
      const jump = workspace.jump.value;
      if (jump !== null && jump.file === workspace.active.peek()) {
        editor.open(jump.file);
        editor.goTo(offsetOf(workspace.files.peek()[jump.file] ?? "", jump));
      }
    }),
  ];
}
