import { useSignal } from "@preact/signals";

interface CodeBlockProps {
  /** Read aloud: what it is. */
  readonly label: string;
  readonly text: string;
}

/** Text as it is: a message, JSON, a stack. It can be scrolled by keys and copied. */
export function CodeBlock({ label, text }: CodeBlockProps) {
  const isCopied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    isCopied.value = true;
    setTimeout(() => {
      isCopied.value = false;
    }, 1500);
  };
  return (
    <figure class="code" aria-label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
      <pre tabIndex={0}>{text}</pre>
      {window.isSecureContext && (
        <button type="button" class="button quiet" onClick={copy}>
          {isCopied.value ? "Copied" : "Copy"}
        </button>
      )}
    </figure>
  );
}

/** A value as indented JSON. */
export function JsonBlock({ label, value }: { readonly label: string; readonly value: unknown }) {
  return <CodeBlock label={label} text={JSON.stringify(value, null, 2) ?? "undefined"} />;
}
