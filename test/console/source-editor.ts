/** The editor of a script as somebody at the keyboard has it. */
import type { Locator, Page } from "playwright-core";

export function sourceOf(page: Page): Locator {
  return page.getByRole("textbox", { name: /^Source of/ });
}

/** Puts a whole text in place of what is in the editor, without what the editor would add to keys. */
export async function writeSource(page: Page, text: string): Promise<void> {
  await sourceOf(page).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(text);
}
