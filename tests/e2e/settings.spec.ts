// Settings that change what Save does: one direction only (ONE-1), several business records (PIC-3), files (ATT-1).
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import type { Pane } from "./outlook.ts";

const MARA = "mara@brightwater.example";
const SUBJECT = "Renewal 2027: pricing review";

const text = (name: string, length: number) => ({
  name, label: name, type: "string", length, nillable: true, createable: true, updateable: true,
});

/** The object for further business records, as an admin deploys it. */
const LINK_OBJECT = {
  label: "Calbridge Link",
  labelPlural: "Calbridge Links",
  keyPrefix: "a0L",
  fields: [
    { ...text("Key__c", 40), externalId: true, unique: true },
    text("Event__c", 18),
    text("Record__c", 18),
    { name: "IsDeleted", label: "Deleted", type: "boolean", defaultedOnCreate: true },
  ],
};

/** Opens the user's page of the service. */
async function ownPage(pane: Pane, page: Page): Promise<Page> {
  await pane.button("Settings").click();
  const [own] = await Promise.all([page.context().waitForEvent("page"), pane.button("Open your page").click()]);
  return own;
}

test("one_1 where sync goes down only, Save is refused with the reason", async ({ outlook, page }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  const own = await ownPage(pane, page);
  await own.getByRole("link", { name: "Settings" }).click();
  await own.getByLabel("Direction", { exact: true }).selectOption("down");
  await own.getByRole("button", { name: "Save" }).click();
  await expect(own.getByLabel("Direction", { exact: true })).toHaveValue("down");

  await outlook.open("pricing-review");
  await expect(pane.status()).toContainText("Sync goes only from Salesforce to Outlook here");
  await expect(pane.status()).toContainText("ONE-1");
  await expect(pane.button("Save")).toBeDisabled();
});

test("pic_3 further records are picked beside the first and kept in the link object", async ({ outlook, page, control, stage, salesforce }) => {
  await control.load("demo", { salesforce: { objects: { Calbridge_Link__c: LINK_OBJECT } } });
  await stage.freshService({ CALBRIDGE_ADMINS: MARA });
  const pane = await outlook.openSignedIn("pricing-review");
  const own = await ownPage(pane, page);
  await own.getByRole("link", { name: "Organization" }).click();
  await own.getByLabel("MultiLink", { exact: true }).selectOption("on");
  await own.getByRole("button", { name: "Save" }).click();

  await outlook.open("pricing-review");
  const dialog = await pane.openDialog();
  const further = dialog.root.getByRole("combobox", { name: "Also related to" });
  for (const [typed, name] of [["Hydra", "Hydra line upgrade"], ["Polar", "Polar grid study"]] as const) {
    await further.click();
    await further.pressSequentially(typed);
    await dialog.root.getByRole("option").filter({ hasText: name }).first().click();
    await expect(dialog.root.getByRole("list", { name: "Also related to" })).toContainText(name);
  }
  await dialog.button("Leave out Hydra line upgrade").click();
  await dialog.save().click();
  await pane.saved();
  const [event] = await salesforce.events(SUBJECT);
  const [polar] = (await salesforce.records("Project__c")).filter((row) => row.Name === "Polar grid study");
  expect(await salesforce.records("Calbridge_Link__c")).toMatchObject([{ Event__c: event?.Id, Record__c: polar?.Id }]);
});

for (const mode of ["read", "compose"] as const) {
  test(`att_1 files are chosen one by one where they are saved, in ${mode} mode`, async ({ outlook, page, stage, salesforce }) => {
    await stage.freshService({ CALBRIDGE_ADMINS: MARA });
    const pane = await outlook.openSignedIn("pricing-review", { mode });
    const own = await ownPage(pane, page);
    await own.getByRole("link", { name: "Organization" }).click();
    await own.getByLabel("Attachments", { exact: true }).selectOption("on");
    await own.getByRole("button", { name: "Save" }).click();

    await outlook.open("pricing-review", { mode });
    const dialog = await pane.openDialog();
    const files = dialog.root.getByRole("group", { name: "Files to save" });
    await expect(files.getByRole("checkbox", { name: "Agenda.txt" })).toBeChecked();
    await expect(files.getByRole("checkbox", { name: /open-me\.js/ })).toBeDisabled();
    await expect(files).toContainText("Files of this kind are blocked.");
    await files.getByRole("checkbox", { name: "Agenda.txt" }).uncheck();
    await dialog.save().click();
    await pane.saved();
    await expect
      .poll(async () => (await salesforce.records("Attachment")).map((row) => row.Name))
      .toEqual(["Price list 2027.txt"]);
  });
}
