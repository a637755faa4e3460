// An outsider's meeting that a colleague saved first (PPL-5): who owns its event, and making it one's own.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./fixtures.ts";

const SUBJECT = "Acme internal review (guest)";

test("ppl_5 somebody else's event of an outsider's meeting is taken over after a question", async ({ outlook, page, control, salesforce }) => {
  const pane = await outlook.openSignedIn("organizer-dana");
  await (await pane.openDialog()).save().click();
  await pane.saved();
  await expect(pane.button("Take over")).toBeHidden();
  const users = await salesforce.records("User");
  const owner = (address: string) => users.find((user) => user.Email === address)?.Id;
  const [event] = await salesforce.events(SUBJECT);
  await control.write("Event", event!.Id, { OwnerId: owner("ines@brightwater.example") });

  await outlook.open("organizer-dana");
  await expect(pane.frame.getByText("Ines Roth", { exact: true })).toBeVisible();
  await pane.button("Take over").click();
  const question = pane.frame.getByRole("dialog", { name: "Take over this event?" });
  await expect(question).toContainText("You become its owner in Salesforce");
  const { violations } = await new AxeBuilder({ page }).include('iframe[title="Calbridge"]').analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await question.getByRole("button", { name: "Take over" }).click();
  await expect(question).toBeHidden({ timeout: 40_000 });
  await expect(pane.button("Take over")).toBeHidden();
  expect(await salesforce.events(SUBJECT)).toMatchObject([{ OwnerId: owner("mara@brightwater.example") }]);
});
