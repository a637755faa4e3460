// What no path can save is said before the click, with its rule.
import { expect, test } from "./fixtures.ts";

const REFUSED: [rule: string, item: string, words: RegExp][] = [
  ["XCP-1", "allday-15", /15 days/],
  ["XCP-2", "recurring-allday", /repeats and lasts whole days/],
  ["XCP-2", "recurring-30h", /repeats and lasts over 24 hours/],
  ["XCP-3", "custom-zone-series", /time zone/],
];

for (const [rule, item, words] of REFUSED) {
  test(`${rule} ${item} is refused before the click`, async ({ outlook }) => {
    const pane = await outlook.openSignedIn(item, { mode: "read" });
    await expect(pane.status()).toContainText(words);
    await expect(pane.status()).toContainText(rule);
    await expect(pane.button("Save")).toBeDisabled();
  });
}

test("XCP-5 over 24 hours is refused where the org lacks Multiday Events", async ({ outlook, control, stage }) => {
  await control.load("demo-basic");
  await stage.freshService({ CALBRIDGE_SETTINGS__MULTIDAY_EVENTS: "off" });
  const pane = await outlook.openSignedIn("timed-30h");
  await expect(pane.status()).toContainText("XCP-5");
  await expect(pane.button("Save")).toBeDisabled();
});

test("XCP-5 the same event is saved where the org has Multiday Events", async ({ outlook, salesforce }) => {
  const pane = await outlook.openSignedIn("timed-30h");
  await (await pane.openDialog()).save().click();
  await pane.saved();
  expect(await salesforce.events("Data centre move")).toHaveLength(1);
});

test("SAV-7 an event that Outlook has not saved yet is not saved silently", async ({ outlook }) => {
  const pane = await outlook.openSignedIn("new", { mode: "compose" });
  await expect(pane.status()).toContainText("Not saved in Outlook yet");
  await expect(pane.button("Save")).toBeDisabled();
});

test("SAV-7 by hand, a private and an internal event can be saved", async ({ outlook }) => {
  for (const item of ["private-meeting", "internal-sync"]) {
    const pane = await (item === "private-meeting" ? outlook.openSignedIn(item) : outlook.open(item));
    await (await pane.openDialog()).save().click();
    await expect(pane.status()).toContainText(/Will be saved|Saved in Salesforce/);
  }
});

test("SAV-3 sync was never enabled: refused with a button that enables it", async ({ outlook, salesforce }) => {
  const pane = await outlook.open("theo-own", { user: "theo" });
  await pane.signIn("Theo Park");
  await expect(pane.status()).toContainText("Sync is off");
  await expect(pane.button("Save")).toBeDisabled();
  expect(await salesforce.events("Partner call")).toHaveLength(0);
  await pane.button("Turn on sync").click();
  await expect(pane.status()).toContainText("Not in Salesforce");
  await expect(pane.button("Save")).toBeEnabled();
});

test("SAV-3 while sync is paused an Event that exists can still be changed", async ({ outlook, salesforce }) => {
  const pane = await outlook.openSignedIn("saved-1");
  await expect(pane.status()).toContainText("Saved in Salesforce");
  await pane.button("Settings").click();
  const settings = pane.frame.getByRole("dialog", { name: "Settings" });
  await settings.getByRole("button", { name: "Pause sync" }).click();
  await expect(settings.getByRole("button", { name: "Resume sync" })).toBeVisible();
  await settings.getByRole("button", { name: "Close" }).last().click();
  const dialog = await pane.openDialog("Edit");
  await dialog.name().pick("Ada", "Ada Morgan");
  await dialog.save().click();
  await expect(dialog.root).toBeHidden();
  const [ada] = (await salesforce.records("Contact")).filter((row) => row.LastName === "Morgan");
  await expect.poll(async () => (await salesforce.events("Borealis: quarterly check-in"))[0]?.WhoId).toBe(ada?.Id);
});
