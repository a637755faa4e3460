// Taking an item back (UNS-1), and the way to the user's page of the service.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./fixtures.ts";

const LUNCH = "Lunch with Dana";

test("uns_1 a saved item is taken back after a question, and its event is gone", async ({ outlook, page, salesforce }) => {
  const pane = await outlook.openSignedIn("lunch");
  await (await pane.openDialog()).save().click();
  await pane.saved();
  expect(await salesforce.events(LUNCH)).toHaveLength(1);
  await pane.button("Unsync").click();
  const question = pane.frame.getByRole("dialog", { name: "Unsync this event?" });
  await expect(question).toContainText("The event in Outlook stays");
  const { violations } = await new AxeBuilder({ page }).include('iframe[title="Calbridge"]').analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await question.getByRole("button", { name: "Unsync" }).click();
  await expect(question).toBeHidden({ timeout: 40_000 });
  expect(await salesforce.events(LUNCH)).toHaveLength(0);
  await expect(pane.button("Save")).toBeVisible();
});

test("iss_3 the settings open the user's page in the browser", async ({ outlook, page }) => {
  const pane = await outlook.openSignedIn("lunch");
  await pane.button("Settings").click();
  const [own] = await Promise.all([
    page.context().waitForEvent("page"),
    pane.button("Open your page").click(),
  ]);
  await expect(own.getByRole("heading", { level: 1, name: "What waits for you" })).toBeVisible();
  await expect(own.getByText("Mara Lindqvist")).toBeVisible();
  const { violations } = await new AxeBuilder({ page: own }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await own.getByRole("link", { name: "Settings" }).click();
  await own.getByLabel("Direction", { exact: true }).selectOption("up");
  await own.getByRole("button", { name: "Save" }).click();
  await expect(own.getByLabel("Direction", { exact: true })).toHaveValue("up");
  expect(page.context().pages(), "the calendar, and one page of the service").toHaveLength(2);
});
