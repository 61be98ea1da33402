/** To what of others is in the page, and on which terms: the build writes it (`build/licences.ts`). */
export function LicencesLink() {
  return (
    <a class="licences quiet small" href="/licenses.txt" target="_blank" rel="noopener">
      Licences
    </a>
  );
}
