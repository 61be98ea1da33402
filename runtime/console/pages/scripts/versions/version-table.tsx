import type { ScriptVersionBody } from "../../../../contract/script-api.ts";
import { send } from "../../../api/client.ts";
import { path } from "../../../api/path.ts";
import { can, canAll } from "../../../app/session.ts";
import { Badge } from "../../../components/badge.tsx";
import { ConfirmDialog } from "../../../components/dialog.tsx";
import { showDialog } from "../../../components/dialog-host.tsx";
import { millisecondsText, numberText } from "../../../components/format.ts";
import { Menu, type MenuItem } from "../../../components/menu.tsx";
import { type Column, Table } from "../../../components/table.tsx";
import { Time } from "../../../components/time.tsx";
import { say, sayProblem } from "../../../components/toast.tsx";
import type { Standing } from "../api.ts";
import { faultReasons, faultsOf, type VersionStats } from "../health.ts";
import { release } from "./release.ts";

interface VersionTableProps {
  readonly name: string;
  readonly standing: Standing;
  readonly stats: readonly VersionStats[];
  changed(): Promise<void>;
  onCompare(version: number): void;
}

interface Row extends ScriptVersionBody {
  readonly percent: number;
  readonly stats: VersionStats | undefined;
}

export function VersionTable(props: VersionTableProps) {
  const { standing, stats } = props;
  const rows = standing.versions.map((version): Row => {
    const share = standing.summary.active.find((one) => one.version === version.version);
    return { ...version, percent: share?.percent ?? 0, stats: stats.find((one) => one.version === version.version) };
  });
  return (
    <div class="scripts-versions">
      <Table<Row>
        label="Versions"
        rows={rows}
        columns={[
          ...COLUMNS,
          { id: "actions", title: "", width: "46px", cell: (row) => <Actions row={row} {...props} /> },
        ]}
        keyOf={({ version }) => String(version)}
        empty={null}
      />
    </div>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  { id: "version", title: "Version", width: "64px", cell: ({ version }) => `v${version}` },
  {
    id: "live",
    title: "Live",
    width: "64px",
    cell: ({ percent }) => percent > 0 && <Badge tone="good">{`${percent} %`}</Badge>,
  },
  {
    id: "message",
    title: "What has changed",
    cell: ({ tag, message }) => (
      <span title={message ?? ""}>
        {tag !== null && <Badge tone="info">{tag}</Badge>} {message}
      </span>
    ),
  },
  { id: "author", title: "By", width: "13%", hiddenBelow: "narrow", cell: ({ author }) => author },
  {
    id: "made",
    title: "Made",
    width: "104px",
    hiddenBelow: "narrow",
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
  {
    id: "diagnostics",
    title: "Findings",
    width: "76px",
    align: "right",
    hiddenBelow: "medium",
    cell: ({ diagnostics }) => (diagnostics.length === 0 ? "" : numberText(diagnostics.length)),
  },
  {
    id: "events",
    title: "Events",
    width: "76px",
    align: "right",
    hiddenBelow: "narrow",
    cell: ({ stats }) => (stats === undefined ? "" : numberText(stats.events)),
  },
  {
    id: "faults",
    title: "Faults",
    width: "64px",
    align: "right",
    cell: ({ stats }) =>
      stats !== undefined && (
        <span class={faultsOf(stats) > 0 ? "bad" : ""} title={faultReasons(stats)}>
          {numberText(faultsOf(stats))}
        </span>
      ),
  },
  {
    id: "p99",
    title: "p99",
    width: "72px",
    align: "right",
    hiddenBelow: "medium",
    cell: ({ stats }) => (stats?.wallMs == null ? "" : millisecondsText(stats.wallMs.p99)),
  },
];

function Actions({ row, name, standing, changed, onCompare }: VersionTableProps & { readonly row: Row }) {
  const { version, percent } = row;
  const promote = async () => {
    try {
      await release(name, [{ version, percent: 100 }], standing, changed);
      say(`Live: v${version}.`);
    } catch (error) {
      sayProblem(error);
    }
  };
  const remove = () =>
    showDialog((close) => (
      <ConfirmDialog
        title={`Remove version ${version}?`}
        action="Remove"
        onClose={close}
        onConfirm={async () => {
          await send("DELETE", path`/v1/scripts/${name}/versions/${version}`);
          await changed();
        }}
      >
        <p>Its source will be gone. Versions that are live, or that a rollback goes back to, stay.</p>
      </ConfirmDialog>
    ));
  const items: MenuItem[] = [{ title: "Compare", onSelect: () => onCompare(version) }];
  if (can("deploy") && percent < 100) items.push({ title: "Give it all calls", onSelect: () => void promote() });
  if (canAll(["scripts:write", "deploy"]) && percent === 0) {
    items.push({ title: "Remove", isDangerous: true, onSelect: remove });
  }
  return <Menu label={`Actions for version ${version}`} items={items} />;
}
