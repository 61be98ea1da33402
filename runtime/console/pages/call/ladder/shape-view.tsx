import type { Shape } from "./drawing.ts";

/** A shape as an element of the page. */
export function ShapeView({ shape: { tag, class: name, attributes, spans } }: { readonly shape: Shape }) {
  if (tag === "rect") return <rect class={name} {...attributes} />;
  if (tag === "path") return <path class={name} {...attributes} />;
  return (
    <text class={name} {...attributes} xml:space="preserve">
      {spans?.map((span, index) => (
        <tspan key={index} class={span.class}>
          {span.text}
        </tspan>
      ))}
    </text>
  );
}
