import { Dialog } from "../../components/dialog.tsx";
import { CheckField } from "../../components/field.tsx";
import { COLUMN_IDS, choose, chosenColumns, withColumn } from "./column-choice.ts";
import { COLUMNS } from "./columns.tsx";

/** Which columns the table has; this browser remembers it. */
export function ColumnDialog({ onClose }: { readonly onClose: () => void }) {
  const chosen = chosenColumns.value;
  return (
    <Dialog title="Columns" onClose={onClose}>
      <div class="body stack">
        {COLUMN_IDS.map((id) => (
          <CheckField
            key={id}
            label={COLUMNS[id].title}
            checked={chosen.includes(id)}
            onChange={(isShown) => choose(withColumn(chosen, id, isShown))}
          />
        ))}
      </div>
    </Dialog>
  );
}
