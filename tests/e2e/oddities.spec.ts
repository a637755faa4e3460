// Items and hosts as they come: crowds, odd names, calls that never return.
import { expect, test } from "./fixtures.ts";

test("300 attendees are listed without filling the pane", async ({ outlook }) => {
  const pane = await outlook.openSignedIn("crowd");
  await expect(pane.people()).toHaveCount(8);
  await pane.button(/^Show all/).click();
  expect(await pane.people().count()).toBeGreaterThan(290);
});

test("quotes, emoji and right-to-left text are saved as they are", async ({ outlook, salesforce }) => {
  const subject = `"Kick-off" <draft> & 🚀 שלום — O'Brien's plan`;
  const pane = await outlook.openSignedIn("odd-names");
  await expect(pane.subject()).toHaveText(subject);
  const dialog = await pane.openDialog();
  if (await dialog.save().isDisabled()) await dialog.name().pick("Dana", "Dana Okafor");
  await dialog.save().click();
  await pane.saved();
  expect(await salesforce.events(subject)).toHaveLength(1);
});

test("a subject of 300 characters is cut to what Salesforce holds", async ({ outlook, salesforce }) => {
  const pane = await outlook.openSignedIn("long-subject");
  const dialog = await pane.openDialog();
  if (await dialog.save().isDisabled()) await dialog.name().pick("Dana", "Dana Okafor");
  await dialog.save().click();
  await pane.saved();
  const subjects = (await salesforce.records("Event")).map((event) => String(event.Subject));
  const long = subjects.filter((subject) => subject.startsWith("Quarterly planning for every open topic"));
  expect(long.map((subject) => subject.length)).toEqual([255]);
});

test("an attendee without an address is shown and harms nothing", async ({ outlook }) => {
  const pane = await outlook.openSignedIn("no-address");
  await expect(pane.people().first()).toBeVisible();
  await expect(pane.status()).toBeVisible();
});

test("pic_5 two records with one address are both listed", async ({ outlook }) => {
  const pane = await outlook.openSignedIn("twins");
  await expect(pane.people().filter({ hasText: /Contact.*Contact/s })).toHaveCount(1);
});

test("a call to Outlook that never returns does not hold the pane up for ever", async ({ outlook }) => {
  const pane = await outlook.open("pricing-review", { switches: { hang: "37,157" } });
  await pane.signIn("Mara Lindqvist");
  await expect(pane.status().or(pane.alert()).first()).toBeVisible({ timeout: 30_000 });
});

test("Salesforce's daily limit is told with what to do", async ({ outlook, control }) => {
  const pane = await outlook.openSignedIn("saved-1");
  await expect(pane.status()).toContainText("Saved in Salesforce");
  const dialog = await pane.openDialog("Edit");
  await dialog.name().pick("Ada", "Ada Morgan");
  await control.fault({ site: "salesforce", method: "PATCH", path: "/sobjects/Event", count: 1, kind: "limit_exceeded" });
  await dialog.save().click();
  await expect(pane.alert().first()).toContainText(/takes no more calls/);
  await expect(dialog.name().input).toHaveValue("Ada Morgan");
});

test("a record deleted between picking and saving is told, and the draft stays", async ({ outlook, control, salesforce }) => {
  const pane = await outlook.openSignedIn("saved-1");
  await expect(pane.status()).toContainText("Saved in Salesforce");
  const dialog = await pane.openDialog("Edit");
  await dialog.name().pick("Ada", "Ada Morgan");
  const [ada] = (await salesforce.records("Contact")).filter((row) => row.LastName === "Morgan");
  await control.remove(ada!.Id);
  await dialog.save().click();
  await expect(pane.alert().first()).toBeVisible();
  await expect(dialog.root).toBeVisible();
});
