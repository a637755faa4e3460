// Changing an Event that exists: straight from the pane to Salesforce.
import { expect, test } from "./fixtures.ts";

const SUBJECT = "Borealis: quarterly check-in";

test("sav_2 another record is picked and saved while the service is stopped", async ({ outlook, salesforce, stage }) => {
  const pane = await outlook.openSignedIn("saved-1");
  await expect(pane.status()).toContainText("Saved in Salesforce");
  await stage.stopService();
  const dialog = await pane.openDialog("Edit");
  await dialog.name().pick("Ada", "Ada Morgan");
  await dialog.save().click();
  await expect(dialog.root).toBeHidden();
  await expect(pane.status()).toContainText("Saved in Salesforce");
  const [event] = await salesforce.events(SUBJECT);
  const [ada] = (await salesforce.records("Contact")).filter((row) => row.LastName === "Morgan");
  expect(event?.WhoId).toBe(ada?.Id);
});

test("sav_2 a changed subject reaches the Event at once, and only what changed is sent", async ({ outlook, salesforce, page, stage }) => {
  const sent: any[] = [];
  page.on("request", (request) => {
    if (request.method() === "PATCH" && request.url().startsWith(stage.urls.salesforce)) sent.push(request.postDataJSON());
  });
  const pane = await outlook.openSignedIn("saved-1");
  await expect(pane.status()).toContainText("Saved in Salesforce");
  await stage.stopService();
  await page.getByRole("main").getByRole("textbox").first().fill("Borealis: check-in, moved up");
  await page.getByRole("button", { name: /^(Save|Send update)$/ }).click();
  // Outlook tells of no changed subject; the pane looks again when it gets the focus.
  await pane.subject().click();
  await expect(pane.subject()).toHaveText("Borealis: check-in, moved up");
  const dialog = await pane.openDialog("Save changes");
  await dialog.save().click();
  await expect(dialog.root).toBeHidden();
  await expect(pane.status()).toContainText("Saved in Salesforce");
  expect(await salesforce.events("Borealis: check-in, moved up")).toHaveLength(1);
  expect(sent).toEqual([{ Subject: "Borealis: check-in, moved up" }]);
});

for (const [whose, winner] of [["Yours", "ada.morgan@acme.example"], ["Theirs", "dana@acme.example"]] as const) {
  test(`sav_13 somebody changed the Event meanwhile: both values are shown, and ${whose.toLowerCase()} is kept when chosen`, async ({ outlook, salesforce, control }) => {
    const pane = await outlook.openSignedIn("saved-1");
    await expect(pane.status()).toContainText("Saved in Salesforce");
    const dialog = await pane.openDialog("Edit");
    const [event] = await salesforce.events(SUBJECT);
    const contacts = await salesforce.records("Contact");
    const theirs = contacts.find((row) => row.Email === "dana@acme.example");
    await control.write("Event", event!.Id, { WhoId: theirs!.Id });
    await dialog.name().pick("Ada", "Ada Morgan");
    await dialog.save().click();

    const choice = dialog.root.getByRole("group", { name: "Name" });
    await expect(choice.getByRole("radio", { name: "Yours: Ada Morgan" })).toBeChecked();
    await expect(choice.getByRole("radio", { name: "Theirs: Dana Okafor" })).not.toBeChecked();
    expect((await salesforce.events(SUBJECT))[0]?.WhoId).toBe(theirs!.Id);

    await choice.getByRole("radio", { name: new RegExp(whose) }).check();
    await dialog.save().click();
    await expect(dialog.root).toBeHidden();
    const kept = contacts.find((row) => row.Email === winner);
    await expect.poll(async () => (await salesforce.events(SUBJECT))[0]?.WhoId).toBe(kept!.Id);
  });
}

test("sav_13 the Event was deleted meanwhile: the pane says so, and a new save makes one new Event", async ({ outlook, salesforce, control }) => {
  const pane = await outlook.openSignedIn("saved-1");
  await expect(pane.status()).toContainText("Saved in Salesforce");
  const [event] = await salesforce.events(SUBJECT);
  await control.remove(event!.Id);
  const dialog = await pane.openDialog("Edit");
  await dialog.name().pick("Ada", "Ada Morgan");
  await dialog.save().click();
  await expect(dialog.root).toContainText("Deleted in Salesforce meanwhile");
  await dialog.button("Save as new").click();
  await expect(dialog.root).toBeHidden();
  const ada = (await salesforce.records("Contact")).find((row) => row.LastName === "Morgan");
  const links = async () => (await salesforce.events(SUBJECT)).map(({ WhoId }) => WhoId);
  await expect.poll(links, { timeout: 40_000 }).toEqual([ada!.Id]);
  await pane.saved();
  expect((await salesforce.events(SUBJECT))[0]!.Id).not.toBe(event!.Id);
});
