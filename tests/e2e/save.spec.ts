// First save of a meeting: pane → service → session → Event, and back on the item.
import { expect, test } from "./fixtures.ts";
import { Outlook } from "./outlook.ts";

const SUBJECT = "Renewal 2027: pricing review";

test("sav_1 a meeting is saved by a session and the pane leads to its Event", async ({ outlook, salesforce, control, page }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  await expect(pane.status()).toContainText("Not in Salesforce");
  await expect(pane.people().filter({ hasText: "Dana Okafor" })).toContainText(/contact/i);
  await expect(pane.people().filter({ hasText: "Luis Moreno" })).toContainText(/lead/i);
  await expect(pane.people().filter({ hasText: "p.hale@acme.example" })).toBeVisible();

  const dialog = await pane.openDialog();
  await expect(dialog.name().input).toHaveValue("Dana Okafor");
  await expect(dialog.relatedTo().input).toHaveValue(/Acme – Renewal 2027/);
  // Sync takes its time, so that the pane has something to say meanwhile.
  await control.fault({ site: "graph", path: "/events", count: 1, kind: { delay_ms: 3_000 } });
  await dialog.save().click();

  await expect(pane.status()).toContainText("Will be saved");
  await expect(outlook.agendaEntry(SUBJECT)).toContainText("Salesforce");
  await pane.saved();

  const [event] = await salesforce.events(SUBJECT);
  const [dana] = (await salesforce.records("Contact")).filter((row) => row.Email === "dana@acme.example");
  expect(event?.WhoId).toBe(dana?.Id);
  const [record] = await Promise.all([
    page.context().waitForEvent("page"),
    pane.frame.getByRole("link", { name: "Open in Salesforce" }).click(),
  ]);
  await expect(record.getByText(SUBJECT).first()).toBeVisible();
});

test("sav_5 what the person picks overrides what was filled in", async ({ outlook, salesforce }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  const dialog = await pane.openDialog();
  await dialog.name().pick("Ada", "Ada Morgan");
  await dialog.relatedTo().pick("Boreal", "Borealis");
  await dialog.save().click();
  await pane.saved();

  const [event] = await salesforce.events(SUBJECT);
  const [ada] = (await salesforce.records("Contact")).filter((row) => row.LastName === "Morgan");
  const [borealis] = (await salesforce.records("Account")).filter((row) => row.Name === "Borealis");
  expect(event).toMatchObject({ WhoId: ada?.Id, WhatId: borealis?.Id });
});

test("sav_6 a Lead in Name empties and disables Related To", async ({ outlook, salesforce }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  const dialog = await pane.openDialog();
  await dialog.name().pick("Luis", "Luis Moreno");
  await expect(dialog.relatedTo().input).toBeDisabled();
  await expect(dialog.relatedTo().input).toHaveValue("");
  await expect(dialog.root).toContainText(/to a lead or to a record/);
  await dialog.save().click();
  await pane.saved();
  const [event] = await salesforce.events(SUBJECT);
  expect(event?.WhatId ?? null).toBeNull();
});

test("sav_8 nobody is known: Save waits for a picked record", async ({ outlook }) => {
  const pane = await outlook.openSignedIn("unresolved-only");
  const dialog = await pane.openDialog();
  await expect(dialog.save()).toBeDisabled();
  await dialog.name().pick("Dana", "Dana Okafor");
  await dialog.save().click();
  await expect(pane.status()).toContainText(/Will be saved|Saved in Salesforce/);
});

test("sav_12 a double click makes one request and one Event", async ({ outlook, salesforce, page, stage }) => {
  const requests: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url() === `${stage.urls.service}/v1/saves`) requests.push(request.url());
  });
  const pane = await outlook.openSignedIn("pricing-review");
  const dialog = await pane.openDialog();
  await dialog.save().dblclick();
  await pane.saved();
  expect(requests).toHaveLength(1);
  expect(await salesforce.events(SUBJECT)).toHaveLength(1);
});

test("sav_12 the same meeting saved from two panes is one Event", async ({ outlook, salesforce, page, stage }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  const other = new Outlook(await page.context().newPage(), stage.urls.host);
  const second = await other.open("pricing-review");
  const dialogs = [await pane.openDialog(), await second.openDialog()];
  for (const dialog of dialogs) await dialog.save().click();
  await expect(pane.status()).toContainText(/Will be saved|Saved in Salesforce/);
  await expect(second.status()).toContainText(/Will be saved|Saved/);
  await pane.saved();
  await expect(second.status()).toContainText("Saved in Salesforce", { timeout: 40_000 });
  expect(await salesforce.events(SUBJECT)).toHaveLength(1);
});

test("ser_7 an occurrence is saved alone", async ({ outlook, salesforce }) => {
  const pane = await outlook.openSignedIn("weekly-standup@next", { mode: "read" });
  const dialog = await pane.openDialog();
  await dialog.save().click();
  await pane.saved();
  expect(await salesforce.events("Acme weekly")).toHaveLength(1);
});

test("ppl_2 a colleague who syncs organizes: the save waits for them, signed in or not", async ({ outlook, salesforce }) => {
  const pane = await outlook.openSignedIn("organizer-ines");
  const dialog = await pane.openDialog();
  await dialog.save().click();
  await expect(pane.status()).toContainText(/Waiting for Ines Roth/);
  await expect(pane.status()).toContainText("ISE-013");
  expect(await salesforce.events("Acme: technical questions")).toHaveLength(0);
});
