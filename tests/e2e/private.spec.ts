import { expect, test } from "./fixtures.ts";

test("PRV-2 a private event is saved private and without links, unless one chooses otherwise", async ({ outlook, salesforce }) => {
  const pane = await outlook.openSignedIn("private-meeting");
  await expect(pane.status()).toContainText("Private, so it is saved without links");
  const dialog = await pane.openDialog();
  await expect(dialog.root.getByRole("radio", { name: "Private, without links" })).toBeChecked();
  await expect(dialog.name().input).toBeHidden();
  await dialog.save().click();
  await pane.syncNow();
  await pane.saved();
  const [unlinked] = await salesforce.events(await pane.subject().innerText());
  expect(unlinked).toMatchObject({ IsPrivate: true, WhoId: null, WhatId: null });

  const edit = await pane.openDialog("Edit");
  await edit.root.getByRole("radio", { name: "With links, not private" }).check();
  await edit.name().pick("Ada", "Ada Morgan");
  await edit.save().click();
  await expect(edit.root).toBeHidden();
  const [ada] = (await salesforce.records("Contact")).filter((row) => row.LastName === "Morgan");
  await expect
    .poll(async () => (await salesforce.events(await pane.subject().innerText()))[0])
    .toMatchObject({ IsPrivate: false, WhoId: ada?.Id });
});
