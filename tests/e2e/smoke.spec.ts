// The genuine office.js runs in the host page, in both modes, with a dialog round trip.
import { expect, test } from "./fixtures.ts";

test("the pane shows the subject of a meeting that is edited", async ({ outlook }) => {
  const pane = await outlook.open("pricing-review", { mode: "compose" });
  await expect(pane.subject()).toHaveText("Renewal 2027: pricing review");
});

test("the pane shows the subject of a meeting that is read", async ({ outlook }) => {
  const pane = await outlook.open("organizer-dana", { mode: "read" });
  await expect(pane.subject()).toHaveText("Acme internal review (guest)");
});

test("signing in through Salesforce's page comes back to the pane", async ({ outlook }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  await expect(pane.status()).toContainText("Not in Salesforce");
  await pane.button("Settings").click();
  await expect(pane.frame.getByRole("dialog", { name: "Settings" })).toContainText("Signed in as Mara Lindqvist");
});

test("without an item the pane says what to do", async ({ outlook }) => {
  const pane = await outlook.open("none");
  await expect(pane.frame.locator("body")).toContainText(/open an event|calendar/i);
});
