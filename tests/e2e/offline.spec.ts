// The service is down, or an answer is lost: nothing is lost with it, and there is at most one Event.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./fixtures.ts";

const SUBJECT = "Renewal 2027: pricing review";

test("sav_4 a save without the service is kept on the device and delivered later", async ({ outlook, salesforce, stage }) => {
  let pane = await outlook.openSignedIn("pricing-review");
  await expect(pane.status()).toContainText("Not in Salesforce");
  await stage.stopService();
  const dialog = await pane.openDialog();
  await dialog.name().pick("Ada", "Ada Morgan");
  await dialog.save().click();
  await expect(pane.status()).toContainText("Kept on this device");
  await expect(pane.status()).toContainText(/Outlook has marked the event/);

  await stage.startService();
  pane = await outlook.open("pricing-review");
  await pane.saved();
  const [ada] = (await salesforce.records("Contact")).filter((row) => row.LastName === "Morgan");
  expect((await salesforce.events(SUBJECT)).map((event) => event.WhoId)).toEqual([ada?.Id]);
});

test("uns_1 a save that the device keeps is withdrawn before it is sent, and nothing comes of it", async ({ outlook, page, salesforce, stage }) => {
  let pane = await outlook.openSignedIn("pricing-review");
  await expect(pane.status()).toContainText("Not in Salesforce");
  await stage.stopService();
  await (await pane.openDialog()).save().click();
  await expect(pane.status()).toContainText("Kept on this device");
  const categories = page.getByRole("list", { name: "Categories" });
  await expect(categories).toContainText("Salesforce");
  const { violations } = await new AxeBuilder({ page }).include('iframe[title="Calbridge"]').analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await pane.button("Withdraw").click();
  await expect(pane.status()).toContainText("Not known right now");
  await expect(categories).not.toContainText("Salesforce");

  await stage.startService();
  await outlook.open("pricing-review");
  await expect(pane.status()).toContainText("Not in Salesforce");
  // The same mailbox's next session has come and gone once something else is saved.
  pane = await outlook.open("lunch");
  await (await pane.openDialog()).save().click();
  await pane.saved();
  expect(await salesforce.events(SUBJECT)).toHaveLength(0);
});

test("uns_1 where Outlook keeps the category of a withdrawn save, the pane says what to do", async ({ outlook, stage }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  await expect(pane.status()).toContainText("Not in Salesforce");
  await stage.stopService();
  await (await pane.openDialog()).save().click();
  await expect(pane.status()).toContainText("Kept on this device");
  await outlook.open("pricing-review", { switches: { categories: "refuse" } });
  await pane.button("Withdraw").click();
  await expect(pane.alert()).toContainText("Take the category Salesforce off the event");
});

test("sav_11 a save that waits opens with what was chosen", async ({ outlook, stage }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  await expect(pane.status()).toContainText("Not in Salesforce");
  await stage.stopService();
  const dialog = await pane.openDialog();
  await dialog.name().pick("Ada", "Ada Morgan");
  await dialog.save().click();
  await expect(pane.status()).toContainText("Kept on this device");
  await expect((await pane.openDialog("Change")).name().input).toHaveValue("Ada Morgan");

  // A pane that was closed meanwhile knows no name, and keeps the record all the same.
  await outlook.open("pricing-review");
  await expect(pane.status()).toContainText("Kept on this device");
  await expect((await pane.openDialog("Change")).name().input).toHaveValue(/^Another record \(003/);
});

test("sav_4 no promise is made where Outlook refuses the category", async ({ outlook, stage }) => {
  const pane = await outlook.openSignedIn("pricing-review", { switches: { categories: "refuse" } });
  await expect(pane.status()).toContainText("Not in Salesforce");
  await stage.stopService();
  await (await pane.openDialog()).save().click();
  await expect(pane.status()).toContainText("Kept on this device");
  await expect(pane.status()).not.toContainText(/marked the event/);
});

test("sav_4 a category session comes first, the kept request later: one Event with the chosen links", async ({ outlook, salesforce, page, stage }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  await expect(pane.status()).toContainText("Not in Salesforce");
  // The service runs, but this device cannot reach its saves.
  await page.context().route(`${stage.urls.service}/v1/saves`, (route) => route.abort());
  const dialog = await pane.openDialog();
  await dialog.name().pick("Ada", "Ada Morgan");
  await dialog.save().click();
  await expect(pane.status()).toContainText("Kept on this device");
  await pane.syncNow();
  await expect.poll(async () => (await salesforce.events(SUBJECT)).length, { timeout: 30_000 }).toBe(1);

  await page.context().unroute(`${stage.urls.service}/v1/saves`);
  await outlook.open("pricing-review");
  await pane.syncNow();
  const [ada] = (await salesforce.records("Contact")).filter((row) => row.LastName === "Morgan");
  await expect.poll(async () => (await salesforce.events(SUBJECT)).map((event) => event.WhoId), { timeout: 30_000 }).toEqual([ada?.Id]);
});

test("a lost answer to the create makes no second Event", async ({ outlook, control, salesforce }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  await control.fault({ site: "salesforce", method: "PATCH", path: "/sobjects/Event/", count: 1, kind: { drop: "after" } });
  await (await pane.openDialog()).save().click();
  await expect(pane.status()).toContainText(/Will be saved|Saved in Salesforce/);
  await pane.syncNow();
  await expect.poll(async () => (await salesforce.events(SUBJECT)).length, { timeout: 30_000 }).toBe(1);
  await expect(async () => {
    if (await pane.button("Sync now").first().isVisible()) await pane.syncNow();
    await expect(pane.status()).toContainText("Saved in Salesforce", { timeout: 5_000 });
  }).toPass({ timeout: 45_000 });
  expect(await salesforce.events(SUBJECT)).toHaveLength(1);
});
