// Everything works without a mouse, inside a host page that listens to keys itself.
import { expect, test } from "./fixtures.ts";

test("a meeting is saved with the keyboard alone", async ({ outlook, page }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  const save = pane.button("Save");
  await save.focus();
  await page.keyboard.press("Enter");
  const dialog = pane.dialog();
  await expect(dialog.root).toBeVisible();
  await expect(dialog.name().input).toBeFocused();

  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("ada");
  await expect(dialog.name().options().filter({ hasText: "Ada Morgan" }).first()).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(dialog.name().input).toHaveAttribute("aria-activedescendant", /.+/);
  await page.keyboard.press("Enter");
  await expect(dialog.name().input).toHaveValue("Ada Morgan");

  await expect(async () => {
    await page.keyboard.press("Tab");
    await expect(dialog.save()).toBeFocused({ timeout: 200 });
  }).toPass({ timeout: 10_000 });
  await page.keyboard.press("Enter");
  await expect(pane.status()).toContainText(/Will be saved|Saved in Salesforce/);
});

test("Esc closes the list first, then the dialog, and the focus returns to Save", async ({ outlook, page }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  await pane.button("Save").focus();
  await page.keyboard.press("Enter");
  const dialog = pane.dialog();
  await dialog.name().input.focus();
  await page.keyboard.press("ArrowDown");
  await expect(dialog.name().input).toHaveAttribute("aria-expanded", "true");
  await page.keyboard.press("Escape");
  await expect(dialog.name().input).toHaveAttribute("aria-expanded", "false");
  await expect(dialog.root).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog.root).toBeHidden();
  await expect(pane.button("Save")).toBeFocused();
});

test("Tab stays inside the dialog in both directions", async ({ outlook, page }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  const dialog = await pane.openDialog();
  for (const key of ["Tab", "Shift+Tab"]) {
    for (let press = 0; press < 12; press += 1) {
      await page.keyboard.press(key);
      await expect(dialog.root.locator(":focus")).toHaveCount(1);
    }
  }
});

test("pic_2 a letter typed into the middle of a search stays there, and so does the cursor", async ({ outlook, page }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  const { input } = (await pane.openDialog()).name();
  await input.click();
  await input.press("ControlOrMeta+a");
  await input.pressSequentially("Lus");
  await expect(input).toHaveValue("Lus");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("i");
  await expect(input).toHaveValue("Luis");
  await page.keyboard.press("x");
  await expect(input).toHaveValue("Luixs");
});

test("pic_2 after a click, what is typed takes the place of the chosen record", async ({ outlook, page }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  const picker = (await pane.openDialog()).name();
  await picker.input.click();
  await expect(picker.options().first()).toBeVisible();
  await page.keyboard.type("Luis");
  await expect(picker.input).toHaveValue("Luis");
});
