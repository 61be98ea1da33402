const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

interface KeypadProps {
  readonly disabled: boolean;
  onPress(key: string): void;
}

/** The twelve keys; where one of them has the focus, those of the keyboard do the same. */
export function Keypad({ disabled, onPress }: KeypadProps) {
  return (
    <fieldset
      class="phone-keypad"
      disabled={disabled}
      onKeyDown={(event) => {
        const isPlain = !(event.ctrlKey || event.metaKey || event.altKey);
        if (!disabled && isPlain && KEYS.includes(event.key)) onPress(event.key);
      }}
    >
      <legend class="aloud">Keypad</legend>
      {KEYS.map((key) => (
        <button key={key} type="button" class="button" aria-label={NAMES[key] ?? key} onClick={() => onPress(key)}>
          {key}
        </button>
      ))}
    </fieldset>
  );
}

const NAMES: Readonly<Record<string, string>> = { "*": "Star", "#": "Hash" };
