// Signing in, expiry, two panes with one rotating token.
import { expect, test } from "./fixtures.ts";
import { Outlook } from "./outlook.ts";

const SUBJECT = "Borealis: quarterly check-in";

test("a token that expires in the middle of a save is renewed once, and the save goes on", async ({ outlook, control, salesforce }) => {
  const pane = await outlook.openSignedIn("saved-1");
  await expect(pane.status()).toContainText("Saved in Salesforce");
  const dialog = await pane.openDialog("Edit");
  await dialog.name().pick("Ada", "Ada Morgan");
  await control.expireSessions();
  await dialog.save().click();
  await expect(dialog.root).toBeHidden();
  const [ada] = (await salesforce.records("Contact")).filter((row) => row.LastName === "Morgan");
  expect((await salesforce.events(SUBJECT))[0]?.WhoId).toBe(ada?.Id);
});

test("a session that cannot be renewed asks to sign in and keeps the draft", async ({ outlook, control, page, salesforce, stage }) => {
  const pane = await outlook.openSignedIn("saved-1");
  await expect(pane.status()).toContainText("Saved in Salesforce");
  const dialog = await pane.openDialog("Edit");
  await dialog.name().pick("Ada", "Ada Morgan");
  await control.expireSessions();
  await control.fault({
    site: "salesforce", method: "POST", path: "/services/oauth2/token", count: 1,
    kind: { status: 400, headers: { "Access-Control-Allow-Origin": stage.urls.pane }, body: { error: "invalid_grant", error_description: "expired access/refresh token" } },
  });
  await dialog.save().click();
  const signIn = dialog.button("Sign in");
  await expect(signIn).toBeVisible();
  const [window] = await Promise.all([pane.signInWindow(page.context()), signIn.click()]);
  await window.getByRole("button", { name: "Mara Lindqvist" }).click();
  await expect(dialog.root).toContainText("Signed in again");
  await expect(dialog.name().input).toHaveValue("Ada Morgan");
  await dialog.save().click();
  await expect(dialog.root).toBeHidden();
  const [ada] = (await salesforce.records("Contact")).filter((row) => row.LastName === "Morgan");
  expect((await salesforce.events(SUBJECT))[0]?.WhoId).toBe(ada?.Id);
});

test("two open panes share one rotating refresh token", async ({ outlook, control, page, stage, salesforce }) => {
  const one = await outlook.openSignedIn("saved-1");
  await expect(one.status()).toContainText("Saved in Salesforce");
  const two = await new Outlook(await page.context().newPage(), stage.urls.host).open("pricing-review");
  await expect(two.status()).toContainText("Not in Salesforce");
  const dialogs = [await one.openDialog("Edit"), await two.openDialog("Save")] as const;
  await dialogs[0].name().pick("Ada", "Ada Morgan");
  await control.expireSessions();
  await Promise.all(dialogs.map((dialog) => dialog.save().click()));
  for (const dialog of dialogs) await expect(dialog.root).toBeHidden();
  for (const pane of [one, two]) await expect(pane.button(/Sign in/)).toBeHidden();
  const [ada] = (await salesforce.records("Contact")).filter((row) => row.LastName === "Morgan");
  expect((await salesforce.events(SUBJECT))[0]?.WhoId).toBe(ada?.Id);
  await two.saved();
});

test("signing out forgets the person, and the next one signs in", async ({ outlook }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  await pane.button("Settings").click();
  await pane.button("Sign out").click();
  await expect(pane.button("Sign in to Salesforce")).toBeVisible();
  await outlook.open("pricing-review");
  await expect(pane.button("Sign in to Salesforce")).toBeVisible();
});

test("a person who denies access stays signed out and is told", async ({ outlook, page }) => {
  const pane = await outlook.open("pricing-review");
  const [window] = await Promise.all([
    pane.signInWindow(page.context()),
    pane.button("Sign in to Salesforce").click(),
  ]);
  await window.getByRole("button", { name: "Deny" }).click();
  await expect(pane.alert()).toBeVisible();
  await expect(pane.button("Sign in to Salesforce")).toBeVisible();
});
