// The calendar that plays Outlook, as the genuine office.js in the pane's frame meets it.
import type { Frame } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import type { Outlook } from "./outlook.ts";

type Call = { path: string; args?: unknown[] };
type Answer = { value?: any; code?: number };

/** The pane's frame, once office.js in it is ready. */
async function office(outlook: Outlook): Promise<Frame> {
  const element = await outlook.page.locator('iframe[title="Calbridge"]').elementHandle();
  const frame = await element!.contentFrame();
  await frame!.waitForFunction(() => (globalThis as any).Office?.context?.mailbox !== undefined);
  return frame!;
}

/** Calls an asynchronous member of the open item or of the mailbox, such as `item.subject.getAsync`. */
function call(frame: Frame, path: string, ...args: unknown[]): Promise<Answer> {
  return frame.evaluate(({ path, args }: Call) => {
    const names = path.split(".");
    const name = names.pop()!;
    const owner = names.reduce((at: any, part) => at[part], (globalThis as any).Office.context.mailbox);
    return new Promise<Answer>((resolve) => {
      owner[name](...(args ?? []), ({ value, error }: any) => resolve(error ? { code: error.code } : { value }));
    });
  }, { path, args });
}

test("a pane sets whole days and places of an item, and reads back what it set", async ({ outlook }) => {
  await outlook.open("lunch", { mode: "compose" });
  const frame = await office(outlook);
  expect(await call(frame, "item.isAllDayEvent.getAsync")).toEqual({ value: false });
  await call(frame, "item.isAllDayEvent.setAsync", true);
  expect(await call(frame, "item.isAllDayEvent.getAsync")).toEqual({ value: true });
  const room = { id: "room1@brightwater.example", type: "room" };
  const place = { id: "Terrace", type: "custom" };
  await call(frame, "item.enhancedLocation.addAsync", [room, place]);
  const held = (await call(frame, "item.enhancedLocation.getAsync")).value;
  expect(held.map(({ locationIdentifier }: any) => locationIdentifier)).toEqual(expect.arrayContaining([room, place]));
  await call(frame, "item.enhancedLocation.removeAsync", [place]);
  const left = (await call(frame, "item.enhancedLocation.getAsync")).value;
  expect(left.map(({ locationIdentifier }: any) => locationIdentifier)).not.toContainEqual(place);
});

test("members of a later requirement set answer as the set below does", async ({ outlook }) => {
  await outlook.open("lunch", { mode: "compose", switches: { sets: "1.13" } });
  const frame = await office(outlook);
  const supported = (version: string) => frame.evaluate(
    (version) => (globalThis as any).Office.context.requirements.isSetSupported("Mailbox", version), version);
  expect([await supported("1.8"), await supported("1.13"), await supported("1.14")]).toEqual([true, true, false]);
});

test("a category is refused with 5000, an item never saved with 9046", async ({ outlook }) => {
  await outlook.open("lunch", { mode: "compose", switches: { categories: "refuse" } });
  expect(await call(await office(outlook), "item.categories.addAsync", ["Salesforce"])).toEqual({ code: 5000 });
  await outlook.open("new", { mode: "compose" });
  expect(await call(await office(outlook), "item.getItemIdAsync")).toEqual({ code: 9046 });
});

test("the owner of a shared calendar and the rights in it are told", async ({ outlook }) => {
  await outlook.open("organizer-ines", { mode: "read", switches: { shared: "ines" } });
  const { value } = await call(await office(outlook), "item.getSharedPropertiesAsync");
  expect(value).toMatchObject({ owner: "ines@brightwater.example", delegatePermissions: 63 });
});
