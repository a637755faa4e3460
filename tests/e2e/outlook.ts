// Page objects, by role and name: the calendar that plays Outlook, the pane in it, Salesforce's sign-in.
import { type BrowserContext, expect, type FrameLocator, type Locator, type Page } from "@playwright/test";

export interface Opening {
  user?: string;
  mode?: "read" | "compose";
  /** Further switches of the host page. */
  switches?: Record<string, string>;
}

export class Outlook {
  readonly pane: Pane;

  constructor(readonly page: Page, private readonly host: string) {
    this.pane = new Pane(page);
  }

  /** Opens an item of a mailbox by its key in the world. */
  async open(item: string, { user = "mara", mode, switches = {} }: Opening = {}): Promise<Pane> {
    const query = new URLSearchParams({ user, item, ...(mode && { mode }), ...switches });
    await this.page.goto(`${this.host}/?${query}`);
    return this.pane;
  }

  /** Opens an item and signs in where the pane asks for it. */
  async openSignedIn(item: string, opening: Opening = {}): Promise<Pane> {
    const pane = await this.open(item, opening);
    await pane.signIn(opening.user === "ines" ? "Ines Roth" : "Mara Lindqvist");
    return pane;
  }

  agendaEntry(subject: string): Locator {
    return this.page.getByRole("navigation", { name: "Agenda" }).getByRole("link", { name: subject });
  }
}

export class Pane {
  readonly frame: FrameLocator;

  constructor(private readonly page: Page) {
    this.frame = page.frameLocator('iframe[title="Calbridge"]');
  }

  subject(): Locator {
    return this.frame.getByRole("heading", { level: 1 });
  }

  /** The status card. */
  status(): Locator {
    return this.frame.getByRole("status").filter({ has: this.frame.getByRole("heading", { level: 2 }) });
  }

  button(name: string | RegExp): Locator {
    return this.frame.getByRole("button", { name, exact: typeof name === "string" });
  }

  alert(): Locator {
    return this.frame.getByRole("alert");
  }

  people(): Locator {
    return this.frame.getByRole("region", { name: "People" }).getByRole("listitem");
  }

  dialog(): SaveDialog {
    return new SaveDialog(this.frame);
  }

  /** Presses the main Save button and gives the dialog. */
  async openDialog(button: string = "Save"): Promise<SaveDialog> {
    await this.button(button).click();
    const dialog = this.dialog();
    await expect(dialog.root).toBeVisible();
    return dialog;
  }

  /** Signs in through Salesforce's page in the dialog window. */
  async signIn(name: string): Promise<void> {
    const press = this.button("Sign in to Salesforce");
    const [window] = await Promise.all([this.signInWindow(this.page.context()), press.click()]);
    await window.getByRole("button", { name }).click();
    await expect(press).toBeHidden();
  }

  /** The window that the next click opens. */
  signInWindow(context: BrowserContext): Promise<Page> {
    return context.waitForEvent("page");
  }

  /** Asks for a session now, as a person would. */
  async syncNow(): Promise<void> {
    await this.button("Sync now").first().click();
  }

  /** Waits until a session has created the Event and the pane has noticed. */
  async saved(timeout = 40_000): Promise<void> {
    await expect(this.status()).toContainText("Saved in Salesforce", { timeout });
  }
}

export class SaveDialog {
  readonly root: Locator;

  constructor(frame: FrameLocator) {
    this.root = frame.getByRole("dialog", { name: "Save current event as an Activity in Salesforce" });
  }

  name(): Picker {
    return new Picker(this.root, "Name");
  }

  relatedTo(): Picker {
    return new Picker(this.root, "Related To");
  }

  save(): Locator {
    return this.root.getByRole("button", { name: /^Save/ });
  }

  button(name: string | RegExp): Locator {
    return this.root.getByRole("button", { name, exact: typeof name === "string" });
  }
}

export class Picker {
  readonly input: Locator;

  constructor(private readonly root: Locator, private readonly label: string) {
    this.input = root.getByRole("combobox", { name: label, exact: true });
  }

  options(): Locator {
    return this.root.getByRole("option");
  }

  /** Types some letters and picks the row with this name. */
  async pick(typed: string, name: string | RegExp): Promise<void> {
    await this.input.click();
    await this.input.press("ControlOrMeta+a");
    await this.input.pressSequentially(typed);
    await this.options().filter({ hasText: name }).first().click();
    await expect(this.input).toHaveValue(name);
  }

  async clear(): Promise<void> {
    await this.root.getByRole("button", { name: `Clear ${this.label}` }).click();
    await expect(this.input).toHaveValue("");
  }
}
