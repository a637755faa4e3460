// What the org refuses while a save is on its way: said with what to do, and settled by the next attempt.
import { expect, test } from "./fixtures.ts";

const SUBJECT = "Renewal 2027: pricing review";
/** Where sync writes an Event. */
const WRITE = "/sobjects/Event/Calbridge_Sync_Key__c";

test("the org's daily limit stops a session, and the next one saves what waited", async ({ outlook, control, salesforce }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  const dialog = await pane.openDialog();
  await dialog.name().pick("Ada", "Ada Morgan");
  await control.fault({ site: "salesforce", path: WRITE, count: 1, kind: "limit_exceeded" });
  await dialog.save().click();
  await expect.poll(() => control.faults()).toEqual([]);
  await expect(pane.status()).toContainText("Will be saved");
  await pane.syncNow();
  await pane.saved();
  const [ada] = (await salesforce.records("Contact")).filter((row) => row.LastName === "Morgan");
  expect((await salesforce.events(SUBJECT)).map((event) => event.WhoId)).toEqual([ada?.Id]);
});

test("the org's daily limit is told when the pane opens, with a way to try again", async ({ outlook, control }) => {
  const pane = await outlook.openSignedIn("saved-1");
  await expect(pane.status()).toContainText("Saved in Salesforce");
  await control.fault({ site: "salesforce", path: "/services/data", kind: "limit_exceeded" });
  await outlook.open("saved-1");
  await expect(pane.status().or(pane.alert()).first()).toContainText(/takes no more calls/);
  await control.clearFaults();
  await pane.button("Try again").first().click();
  await expect(pane.status()).toContainText("Saved in Salesforce");
});

test("a record that is deleted between picking and the first save is told, and another one settles it", async ({ outlook, control, salesforce }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  const dialog = await pane.openDialog();
  await dialog.name().pick("Ada", "Ada Morgan");
  const [ada] = (await salesforce.records("Contact")).filter((row) => row.LastName === "Morgan");
  await control.remove(ada!.Id);
  await dialog.save().click();
  await expect(pane.status()).toContainText("This event was not saved", { timeout: 40_000 });
  await expect(pane.status()).toContainText(/deleted|pick another/i);
  expect(await salesforce.events(SUBJECT)).toHaveLength(0);

  await pane.button("Save").click();
  await dialog.name().pick("Dana", "Dana Okafor");
  await dialog.save().click();
  await pane.saved();
  const [dana] = (await salesforce.records("Contact")).filter((row) => row.Email === "dana@acme.example");
  expect((await salesforce.events(SUBJECT)).map((event) => event.WhoId)).toEqual([dana?.Id]);
});
