// axe finds nothing in any screen of the pane, light or dark.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

async function check(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include('iframe[title="Calbridge"]').analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
}

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("axe finds nothing from sign-in to saved", async ({ outlook, page }) => {
      const pane = await outlook.open("pricing-review");
      await expect(pane.button("Sign in to Salesforce")).toBeVisible();
      await check(page);
      await pane.signIn("Mara Lindqvist");
      await expect(pane.status()).toContainText("Not in Salesforce");
      await check(page);
      const dialog = await pane.openDialog();
      await check(page);
      await dialog.name().input.fill("ac");
      await expect(dialog.name().options().first()).toBeVisible();
      await check(page);
      await dialog.name().options().first().click();
      await dialog.save().click();
      await expect(pane.status()).toContainText(/Will be saved|Saved in Salesforce/);
      await check(page);
      await pane.saved();
      await check(page);
    });

    test("axe finds nothing in refusals, settings and long lists", async ({ outlook, page }) => {
      const pane = await outlook.openSignedIn("allday-15", { mode: "read" });
      await expect(pane.status()).toContainText("XCP-1");
      await check(page);
      await pane.button("Settings").click();
      await expect(pane.frame.getByRole("dialog", { name: "Settings" })).toBeVisible();
      await check(page);
      await outlook.open("crowd");
      await expect(pane.people().first()).toBeVisible();
      await check(page);
    });
  });
}
