export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#1d5fbf" />
      <g fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round">
        <path d="M6 16h7M13 16 25 8" />
        <path d="M13 16h13M13 16l12 8" stroke-opacity=".45" />
      </g>
    </svg>
  );
}
