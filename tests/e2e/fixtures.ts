// What every test gets: a fresh demo world, a fresh service, a calendar in a browser, and a look into Salesforce.
import { expect, test as base } from "@playwright/test";
import { Control, type Row } from "./control.ts";
import { Outlook } from "./outlook.ts";
import { Stage } from "./stage.ts";

interface Fixtures {
  outlook: Outlook;
  control: Control;
  salesforce: Salesforce;
}

export const test = base.extend<Fixtures, { stage: Stage }>({
  stage: [
    async ({}, use, worker) => {
      const stage = await Stage.start(worker.workerIndex);
      await use(stage);
      await stage.end();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  control: [
    async ({ stage }, use) => {
      const control = new Control(stage.urls.control);
      await control.clearFaults();
      await control.forgetViolations();
      await control.load("demo");
      await stage.freshService();
      await use(control);
      expect(await control.violations()).toEqual([]);
    },
    { auto: true },
  ],
  salesforce: async ({ control }, use) => use(new Salesforce(control)),
  outlook: async ({ page, context, stage }, use) => {
    const panics: string[] = [];
    context.on("console", (message) => {
      if (message.text().includes("panicked at")) panics.push(message.text());
    });
    context.on("weberror", (error) => panics.push(error.error().stack ?? error.error().message));
    await use(new Outlook(page, stage.urls.host));
    expect(panics).toEqual([]);
  },
});

export { expect };

/** What the org holds, for assertions. */
export class Salesforce {
  constructor(private readonly control: Control) {}

  async records(type: string): Promise<Row[]> {
    const { salesforce } = await this.control.dump();
    return (salesforce.records[type] ?? []).filter((row: Row) => !row.IsDeleted);
  }

  /** The events with this subject; not those that Salesforce itself puts into the calendars of invited users. */
  async events(subject: string): Promise<Row[]> {
    return (await this.records("Event")).filter((event) => event.Subject === subject && !event.IsChild);
  }
}
