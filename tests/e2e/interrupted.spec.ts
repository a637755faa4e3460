// A save that something comes between: the pane is closed, the service is slow or talks nonsense.
import type { Page, Route } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { Outlook } from "./outlook.ts";
import type { Stage } from "./stage.ts";

const SUBJECT = "Renewal 2027: pricing review";
const PANE_WAITS_MS = 10_000;

/** Lets `meet` answer the next save request of a page; what it gives is settled once that request has come. */
async function nextSave(page: Page, stage: Stage, meet: (route: Route) => Promise<void>): Promise<Promise<void>[]> {
  let came = () => {};
  const arrived = new Promise<void>((resolve) => { came = resolve; });
  await page.context().route(`${stage.urls.service}/v1/saves`, async (route) => {
    await meet(route);
    came();
  }, { times: 1 });
  // In a list, since an async function would wait for a promise that it returns.
  return [arrived];
}

for (const [when, meet] of [
  ["after its request was taken", async (route: Route) => { await route.fetch(); }],
  ["before its request arrived", async () => {}],
] as const) {
  test(`a pane that is closed ${when} has lost nothing when it is opened again`, async ({ outlook, page, salesforce, stage }) => {
    const pane = await outlook.openSignedIn("pricing-review");
    const dialog = await pane.openDialog();
    await dialog.name().pick("Ada", "Ada Morgan");
    const [asked] = await nextSave(page, stage, meet);
    await dialog.save().click();
    await asked;
    const next = await page.context().newPage();
    await page.close();

    const again = await new Outlook(next, stage.urls.host).open("pricing-review");
    await expect(again.status()).toContainText(/Will be saved|Kept on this device|Saved in Salesforce/);
    await again.saved();
    const [ada] = (await salesforce.records("Contact")).filter((row) => row.LastName === "Morgan");
    expect((await salesforce.events(SUBJECT)).map((event) => event.WhoId)).toEqual([ada?.Id]);
  });
}

test("sav_4 a service that answers too late has its request kept and delivered again: one Event", async ({ outlook, page, salesforce, stage }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  const dialog = await pane.openDialog();
  await dialog.name().pick("Ada", "Ada Morgan");
  const keys: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/v1/saves")) keys.push(request.postDataJSON().idempotency_key);
  });
  await page.clock.install();
  const [asked] = await nextSave(page, stage, async (route) => { await route.fetch(); });
  await dialog.save().click();
  await asked;
  await page.clock.fastForward(PANE_WAITS_MS);
  await expect(dialog.root).toBeHidden();
  await pane.saved();
  const [ada] = (await salesforce.records("Contact")).filter((row) => row.LastName === "Morgan");
  expect((await salesforce.events(SUBJECT)).map((event) => event.WhoId)).toEqual([ada?.Id]);
  expect(keys.length).toBeGreaterThan(1);
  expect(new Set(keys).size).toBe(1);
});

test("sav_4 what a service that talks nonsense was asked is kept on the device, said, and delivered once it talks sense", async ({ outlook, page, salesforce, stage }) => {
  const pane = await outlook.openSignedIn("pricing-review");
  const dialog = await pane.openDialog();
  await dialog.name().pick("Ada", "Ada Morgan");
  await page.context().route(`${stage.urls.service}/v1/saves`, (route) =>
    route.fulfill({ status: 200, headers: { "Access-Control-Allow-Origin": stage.urls.pane }, body: "<p>proxy</p>" }));
  await dialog.save().click();
  await expect(pane.status()).toContainText("Kept on this device");
  await expect(pane.status()).toContainText("Sync cannot be reached; this is sent as soon as it answers.");
  await page.context().unroute(`${stage.urls.service}/v1/saves`);
  await outlook.open("pricing-review");
  await pane.saved();
  const [ada] = (await salesforce.records("Contact")).filter((row) => row.LastName === "Morgan");
  expect((await salesforce.events(SUBJECT)).map((event) => event.WhoId)).toEqual([ada?.Id]);
});

test("a service that talks nonsense from the start leaves the pane usable, with a way to try again", async ({ outlook, page, salesforce, stage }) => {
  const nonsense = (route: Route) =>
    route.fulfill({ status: 200, headers: { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*" }, body: "<p>proxy</p>" });
  await page.context().route(`${stage.urls.service}/**`, nonsense);
  const pane = await outlook.openSignedIn("pricing-review");
  await expect(pane.subject()).toHaveText(SUBJECT);
  await expect(pane.status().or(pane.alert()).first()).toContainText(/cannot be reached|could not be read|Not known right now/i);
  await page.context().unroute(`${stage.urls.service}/**`, nonsense);
  await pane.button("Try again").first().click();
  await expect(pane.status()).toContainText("Not in Salesforce");
  await (await pane.openDialog()).save().click();
  await pane.saved();
  expect(await salesforce.events(SUBJECT)).toHaveLength(1);
});
