// How long until Save can be pressed: the pane and a minimal Leptos page, each in the host page's frame, waiting for the
// same office.js, in turn, with the processor slowed down four times. Prints medians and their ratio as JSON.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { chromium } from "@playwright/test";

const ROUNDS = 9;
const SLOWER = 4;
const LIMIT = 1.5;
const WAIT_MS = 60_000;
/** Timings swing on a busy machine, so a gate stands at twice the limit. */
const GATE = Number(process.env.BENCH_GATE ?? 0);

const args = ["dev", "--ports", "0", "--json", "--built", process.env.E2E_PANE, "--dir", process.env.E2E_DIR];
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

/** Notes, in the frame itself, when a button named Save can first be pressed. */
function watch() {
  const look = () => {
    const save = [...document.querySelectorAll("button")].find((button) => button.textContent.trim() === "Save");
    if (save && !save.disabled) window.usableAt = performance.now();
    else requestAnimationFrame(look);
  };
  if (window !== window.top) requestAnimationFrame(look);
}

async function measure(context, page) {
  const tab = await context.newPage();
  const client = await context.newCDPSession(tab);
  await client.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  await tab.goto(`${urls.host}/?user=mara&item=pricing-review&pane=${page}`);
  const frame = await (await tab.waitForSelector('iframe[title="Calbridge"]')).contentFrame();
  await frame.waitForFunction(() => window.usableAt !== undefined, undefined, { timeout: WAIT_MS });
  const at = await frame.evaluate(() => window.usableAt);
  await tab.close();
  return at;
}

const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

async function signIn(context) {
  const tab = await context.newPage();
  await tab.goto(`${urls.host}/?user=mara&item=pricing-review`);
  const pane = tab.frameLocator('iframe[title="Calbridge"]');
  const press = pane.getByRole("button", { name: "Sign in to Salesforce" });
  const [window] = await Promise.all([context.waitForEvent("page"), press.click()]);
  await window.getByRole("button", { name: "Mara Lindqvist" }).click();
  await pane.getByRole("button", { name: "Save", exact: true }).waitFor();
  await tab.close();
}

try {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  await context.addInitScript(watch);
  await signIn(context);
  const [pane, minimal] = [[], []];
  // The first round of each fills the browser's caches and is not counted.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const times = [await measure(context, "/index.html"), await measure(context, "/minimal.html")];
    if (round > 0) {
      pane.push(times[0]);
      minimal.push(times[1]);
    }
  }
  const result = { pane_ms: Math.round(median(pane)), minimal_ms: Math.round(median(minimal)) };
  result.ratio = Number((result.pane_ms / result.minimal_ms).toFixed(2));
  console.log(JSON.stringify({ ...result, limit: LIMIT, rounds: ROUNDS, cpu_slowdown: SLOWER }));
  if (GATE > 0 && result.ratio > LIMIT * GATE) process.exitCode = 1;
} finally {
  await browser.close();
  dev.stdin.end();
}
