// A pane that cannot start says so in words that need none of its program, and a reload goes on where the cause is gone.
import { expect, test } from "./fixtures.ts";

/** How long the pane waits for Outlook's script. */
const PANE_WAITS_MS = 15_000;

for (const [what, files, headline] of [
  ["its own program", "**/*.wasm", "Calbridge did not start"],
  ["Outlook's script", "**/office.js", "Outlook's script did not load"],
] as const) {
  test(`a pane that did not get ${what} says so and starts after a reload`, async ({ outlook, page }) => {
    await page.context().route(files, (route) => route.abort());
    await page.clock.install();
    const pane = await outlook.open("pricing-review");
    await expect(async () => {
      await page.clock.fastForward(PANE_WAITS_MS);
      await expect(pane.alert()).toContainText(headline, { timeout: 500 });
    }).toPass();
    await page.context().unroute(files);
    await pane.button("Reload").click();
    await expect(pane.button("Sign in to Salesforce")).toBeVisible();
  });
}
