// A demo of its own for a measurement, a browser, and somebody who is signed in.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { chromium } from "@playwright/test";

/** Timings swing on a busy machine, so a gate stands at a multiple of the limit; 0 means that there is none. */
export const GATE = Number(process.env.BENCH_GATE ?? 0);

/** Starts the demo and a browser, hands both over, and ends them. */
export async function withDemo(measure) {
  const args = ["dev", "--ports", "0", "--json", "--built", process.env.E2E_PANE, "--dir", process.env.E2E_DIR,
    "--binaries", process.env.E2E_BINARIES];
  const dev = spawn(process.env.E2E_XTASK, args, { stdio: ["pipe", "pipe", "ignore"] });
  const urls = JSON.parse(await new Promise((resolve, reject) => {
    createInterface({ input: dev.stdout }).once("line", resolve);
    dev.once("exit", () => reject(new Error("the demo did not start")));
  }));
  const browser = await chromium.launch({
    executablePath: process.env.CHROME_PATH,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    await measure(urls, browser);
  } finally {
    await browser.close();
    dev.stdin.end();
  }
}

/** Opens the main meeting and signs Mara in; gives the tab and the pane in it. */
export async function signIn(context, urls) {
  const tab = await context.newPage();
  await tab.goto(`${urls.host}/?user=mara&item=pricing-review`);
  const pane = tab.frameLocator('iframe[title="Calbridge"]');
  const press = pane.getByRole("button", { name: "Sign in to Salesforce" });
  const [window] = await Promise.all([context.waitForEvent("page"), press.click()]);
  await window.getByRole("button", { name: "Mara Lindqvist" }).click();
  await pane.getByRole("button", { name: "Save", exact: true }).waitFor();
  return { tab, pane };
}
