// What the org demands of an Event (SAV-9).
import { expect, test } from "./fixtures.ts";

const SUBJECT = "Renewal 2027: pricing review";
const DEMANDS = { salesforce: { features: { requiredMeetingType: true } } };

test("sav_9 a required field is marked and named, and Save waits until it is filled", async ({ outlook, control, stage, salesforce }) => {
  await control.load("demo", DEMANDS);
  await stage.freshService();
  const pane = await outlook.openSignedIn("pricing-review");
  const dialog = await pane.openDialog();
  const type = dialog.root.getByRole("combobox", { name: "Meeting Type" });
  await expect(type).toHaveAttribute("required");
  await expect(type).toHaveAccessibleDescription("Salesforce asks for this before it takes the event.");
  const missing = dialog.root.getByText("Still to fill in: Meeting Type.");
  await expect(missing).toHaveRole("status");
  await expect(dialog.save()).toBeDisabled();

  await type.selectOption("Online");
  await expect(missing).toBeHidden();
  await dialog.save().click();
  await pane.saved();
  expect((await salesforce.events(SUBJECT)).map((event) => event.Meeting_Type__c)).toEqual(["Online"]);
});

test("sav_9 a field that is demanded only after it was shown is told, and the next save settles it", async ({ outlook, control, salesforce }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  await (await pane.openDialog()).name().pick("Ada", "Ada Morgan");
  await control.fault({
    site: "salesforce", method: "PATCH", path: "/sobjects/Event/Calbridge_Sync_Key__c", count: 1,
    kind: { status: 400, body: [{ message: "Required fields are missing: [Meeting_Type__c]", errorCode: "REQUIRED_FIELD_MISSING", fields: ["Meeting_Type__c"] }] },
  });
  await pane.dialog().save().click();
  await expect(pane.status()).toContainText("Salesforce asks for more", { timeout: 40_000 });
  await expect(pane.status()).toContainText("Required fields are missing: Meeting_Type__c.");

  await pane.button("Save").click();
  await pane.dialog().name().pick("Ada", "Ada Morgan");
  await pane.dialog().save().click();
  await pane.saved();
  expect(await salesforce.events(SUBJECT)).toHaveLength(1);
});
