/** A call as a picture: what each side and the switch said, and what the script did meanwhile. */
import { textOf } from "../../api/problem.ts";
import type { PageProps } from "../../app/pages.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { Loading } from "../../components/loading.tsx";
import { ProblemNotice } from "../../components/notice.tsx";
import { readAgainIn } from "./growing.ts";
import { Picture } from "./picture.tsx";
import { type Standing, useStanding } from "./use-standing.ts";
import { useTimeline } from "./use-timeline.ts";
import { WithoutTimeline } from "./without-timeline.tsx";
import "./call.css";

export default function Call({ params: { id = "" } }: PageProps) {
  return <CallPage key={id} id={id} />;
}

function CallPage({ id }: { readonly id: string }) {
  const timeline = useTimeline(id).value;
  const isOver = timeline.state === "ready" && readAgainIn(timeline.body.call, Date.now()) === null;
  const standing = useStanding(id, isOver).loaded.value;
  if (timeline.state === "loading" || standing.state === "loading") return <Loading />;
  const known: Standing = standing.state === "ready" ? standing.body : { type: "unknown" };
  if (timeline.state === "ready") return <Picture id={id} timeline={timeline.body} standing={known} />;
  if (known.type !== "unknown") return <WithoutTimeline standing={known} why={textOf(timeline.error)} />;
  if (timeline.error.status !== 404) return <ProblemNotice error={timeline.error} />;
  return <EmptyState title="There is no such call">{textOf(timeline.error)}</EmptyState>;
}
