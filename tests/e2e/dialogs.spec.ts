// What the genuine office.js answers when a window cannot do its work, and what the pane says to do.
import type { BrowserContext, Frame, Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import type { Outlook } from "./outlook.ts";

/** The pane's frame, once office.js in it is ready. */
async function office(outlook: Outlook): Promise<Frame> {
  const element = await outlook.page.locator('iframe[title="Calbridge"]').elementHandle();
  const frame = await element!.contentFrame();
  await frame!.waitForFunction(() => (globalThis as any).Office?.context?.ui !== undefined);
  return frame!;
}

/** Asks office.js for a window; the code of its refusal, or 0 once it is open. */
function ask(frame: Frame): Promise<number> {
  return frame.evaluate(() => new Promise<number>((resolve) => {
    const scope = globalThis as any;
    const page = new URL("support.html", scope.location.href).href;
    scope.Office.context.ui.displayDialogAsync(page, { promptBeforeOpen: false }, ({ value, error }: any) => {
      scope.opened = value;
      resolve(error?.code ?? 0);
    });
  }));
}

/** A window that office.js opened. */
async function opened(context: BrowserContext, frame: Frame): Promise<Page> {
  const [window, code] = await Promise.all([context.waitForEvent("page"), ask(frame)]);
  expect(code).toBe(0);
  return window;
}

test("12006: a window that is closed is told as closed, and the pane asks to sign in again", async ({ outlook, page, context }) => {
  await page.clock.install();
  const pane = await outlook.open("pricing-review");
  const frame = await office(outlook);
  const window = await opened(context, frame);
  const event = frame.evaluate(() => new Promise((resolve) => {
    (globalThis as any).opened.addEventHandler("dialogEventReceived", ({ error }: any) => resolve(error));
  }));
  await window.close();
  expect(await event).toBe(12006);

  const press = pane.button("Sign in to Salesforce");
  const [signIn] = await Promise.all([pane.signInWindow(context), press.click()]);
  await expect(signIn.getByRole("button", { name: "Mara Lindqvist" })).toBeVisible();
  // A window that is gone within seconds was cut off by a page on the way, and the pane goes on waiting.
  await page.clock.fastForward("00:10");
  await signIn.close();
  await expect(pane.alert()).toContainText("The sign-in window was closed");
  await expect(pane.alert()).toContainText("Sign in again to go on.");
  await pane.signIn("Mara Lindqvist");
  await expect(pane.status()).toContainText("Not in Salesforce");
});

test("12007: a second window is refused, and the pane says to finish or close the first", async ({ outlook, context }) => {
  const pane = await outlook.open("pricing-review");
  const frame = await office(outlook);
  const first = await opened(context, frame);
  expect(await ask(frame)).toBe(12007);
  await pane.button("Sign in to Salesforce").click();
  await expect(pane.alert()).toContainText("A sign-in window is open already");
  await expect(pane.alert()).toContainText("Finish signing in there, or close it and sign in again.");
  expect(first.isClosed()).toBe(false);
});

test("12011: a blocked window is told as blocked, and the pane says to allow pop-ups", async ({ outlook }) => {
  const pane = await outlook.open("pricing-review");
  const frame = await office(outlook);
  // What a blocker does to a page; a driven browser blocks nothing by itself.
  await frame.evaluate(() => {
    (globalThis as any).open = () => null;
  });
  expect(await ask(frame)).toBe(12011);
  await pane.button("Sign in to Salesforce").dispatchEvent("click");
  await expect(pane.alert()).toContainText("Your browser blocked the sign-in window");
  await expect(pane.alert()).toContainText("Allow pop-ups for Outlook in your browser, then sign in again.");
});
