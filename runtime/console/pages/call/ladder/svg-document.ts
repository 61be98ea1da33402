/** A ladder as a file of its own (SVG 1.1): all of it, with its own styles, in light colours. Pure. */
import { visibleLine } from "../../../components/visible-text.ts";
import { breakShapes, hintOf, laneShapes, laneWords, rowShapes, type Shape, timeShapes } from "./drawing.ts";
import type { Layout } from "./layout.ts";

const HEAD_HEIGHT = 84;

/** Colours that are read on white, and on paper. */
const STYLE = `
text{font:12px system-ui,"Segoe UI",Roboto,"Liberation Sans",sans-serif;fill:#1b1f24}
path{fill:none;stroke:#1b1f24;stroke-width:1.5}
.paper{fill:#fff}
.head{font-size:15px;font-weight:600}.name{font-weight:600}.more{font-size:11px}.quiet,.more,.time,.silence-text{fill:#555d68}
.time{font:11px ui-monospace,Menlo,Consolas,"Liberation Mono",monospace}
.lane{stroke:#dcdfe4;stroke-dasharray:3 4}.lane.alive{stroke:#868e99;stroke-dasharray:none}
.label{paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}.title{font-weight:600}
.request.shaft,.open{stroke:#1d5fbf}.request.full{stroke:#1d5fbf;fill:#1d5fbf}
.answer.shaft{stroke-dasharray:7 4}.answer.shaft,.answer.open{stroke:#555d68}
.class-2.shaft,.class-2.open{stroke:#1a6b3c}.class-4.shaft,.class-4.open,.class-5.shaft,.class-5.open,.class-6.shaft,.class-6.open,.cross{stroke:#b3261e}
.again.shaft{stroke-width:1;stroke-dasharray:1.5 3}
.mark.event,.mark.decision,.mark.operation,.mark.fact{fill:#5b3fb0;stroke:#5b3fb0;stroke-width:1}.mark.fact{fill:#fff}
.mark.bad,.mark.fault{stroke:#b3261e}.mark.decision.bad{fill:#b3261e}.mark.warn{stroke:#855000}.note.bad{fill:#b3261e}.note.warn{fill:#855000}
.silence{fill:#f4f5f7}.torn{stroke:#868e99;stroke-width:1}
`;

export function svgDocument(layout: Layout, heading: string): string {
  const { width, height, lanes, rows, breaks } = layout;
  const full = height + HEAD_HEIGHT;
  const drawn = [
    ...laneShapes(layout).map(element),
    ...breaks.flatMap((one) => breakShapes(one, layout)).map(element),
    ...rows.flatMap(timeShapes).map(element),
    ...rows.map((row) => `<g><title>${escaped(hintOf(row))}</title>${rowShapes(row).map(element).join("")}</g>`),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${full}" viewBox="0 0 ${width} ${full}">`,
    `<title>${escaped(visibleLine(heading))}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${width}" height="${full}"/>`,
    `<text class="head" x="12" y="22">${escaped(visibleLine(heading))}</text>`,
    ...lanes.map((lane) => {
      const { title, lines } = laneWords(lane);
      const own = [title, ...lines].slice(0, 3).map((words, index) => {
        const name = index === 0 ? "name" : "quiet";
        return `<text class="${name}" x="${lane.x}" y="${44 + index * 15}" text-anchor="middle">${escaped(words)}</text>`;
      });
      return own.join("");
    }),
    `<g transform="translate(0 ${HEAD_HEIGHT})">`,
    ...drawn,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function element({ tag, class: name, attributes, spans }: Shape): string {
  const given = Object.entries({ class: name, ...attributes }).map(
    ([key, value]) => ` ${key}="${escaped(String(value))}"`,
  );
  const start = `<${tag}${given.join("")}`;
  if (spans === undefined) return `${start}/>`;
  const inner = spans.map((span) => `<tspan class="${span.class}">${escaped(span.text)}</tspan>`);
  return `${start} xml:space="preserve">${inner.join("")}</${tag}>`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
