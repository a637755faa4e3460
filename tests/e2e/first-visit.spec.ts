// A browser that has never seen the demo's certificates: from the address that `npm start` prints to a saved meeting.
import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, chromium } from "@playwright/test";
import { expect, test as base } from "./fixtures.ts";
import { Pane } from "./outlook.ts";

const SUBJECT = "Renewal 2027: pricing review";

const test = base.extend<{ stranger: BrowserContext }>({
  /** A browser with a profile of its own, in which certificates count. */
  stranger: async ({ launchOptions, viewport, locale, timezoneId }, use, testInfo) => {
    const context = await chromium.launchPersistentContext(testInfo.outputPath("profile"), {
      ...launchOptions, viewport, locale, timezoneId, ignoreHTTPSErrors: false,
    });
    await use(context);
    await context.close();
  },
});

test("the welcome page says what to do, notices that it was done, and leads to a saved meeting", async ({ stranger, stage, salesforce }) => {
  const welcome = await stranger.newPage();
  await welcome.goto(stage.urls.welcome);
  await expect(welcome.getByRole("status")).toHaveText("This browser does not know 4 of 4 addresses yet.");
  await expect(welcome.getByRole("link", { name: "Open the calendar" })).toBeHidden();
  await expect(welcome.getByRole("region", { name: /Make the addresses known/ })).toContainText("npm run trust");

  const [warning] = await Promise.all([
    stranger.waitForEvent("page"),
    welcome.getByRole("link", { name: "Open and accept: Add-in" }).click(),
  ]);
  await warning.getByRole("button", { name: "Advanced" }).click();
  await warning.getByRole("link", { name: /localhost/ }).click();
  await expect(warning.getByRole("heading", { name: "Accepted" })).toBeVisible();
  await warning.close();

  await expect(welcome.getByRole("status")).toHaveText("This browser knows every address.");
  await expect(welcome.getByRole("listitem").filter({ hasText: "ready" })).toHaveCount(4);
  await welcome.getByRole("link", { name: "Open the calendar" }).click();
  await welcome.getByRole("navigation", { name: "Agenda" }).getByRole("link", { name: SUBJECT }).click();
  const pane = new Pane(welcome);
  await pane.signIn("Mara Lindqvist");
  await (await pane.openDialog()).save().click();
  await pane.saved();
  expect(await salesforce.events(SUBJECT)).toHaveLength(1);
});

for (const width of [1280, 320]) {
  test(`the welcome page is readable for everybody and needs no scrolling sideways at ${width} pixels`, async ({ stranger, stage }) => {
    const welcome = await stranger.newPage();
    await welcome.setViewportSize({ width, height: 800 });
    await welcome.goto(stage.urls.welcome);
    await expect(welcome.getByRole("link", { name: /^Open and accept/ })).toHaveCount(4);
    const overflow = await welcome.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    const { violations } = await new AxeBuilder({ page: welcome }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
  });
}
