// Starts the pane: compiles the wasm while Microsoft's script is still on its way, then runs both.
import init from "./calbridge.js";

const OFFICE_WAIT_MS = 15000;

function stop(headline, advice) {
  document.getElementById("pane").hidden = true;
  document.getElementById("stopped").hidden = false;
  document.getElementById("stopped-headline").textContent = headline;
  document.getElementById("stopped-advice").textContent = advice;
}

function officeLoaded() {
  return new Promise((resolve, reject) => {
    const script = document.getElementById("office");
    if (window.Office) resolve();
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    setTimeout(reject, OFFICE_WAIT_MS);
  });
}

/** The script may come before the page below it. */
async function pageParsed() {
  if (document.readyState === "loading") {
    await new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve));
  }
}

async function start() {
  await pageParsed();
  document.getElementById("stopped-reload").addEventListener("click", () => location.reload());
  if (!window.WebAssembly) {
    stop("This version of Outlook is too old", "Calbridge needs WebAssembly. Update Outlook or open it in a browser.");
    return;
  }
  // A server that names the wrong type makes streaming fail; the glue's own fetch then copes.
  const compiled = WebAssembly.compileStreaming(fetch("./calbridge_bg.wasm")).catch(() => undefined);
  try {
    await officeLoaded();
  } catch {
    stop("Outlook's script did not load", "Calbridge could not reach Microsoft. Check the network, then reload.");
    return;
  }
  // office.js takes these two away; the prototype's own come back.
  delete history.pushState;
  delete history.replaceState;
  try {
    await init({ module_or_path: await compiled });
  } catch (error) {
    console.error(error);
    stop("Calbridge did not start", "Reload to try again. If it happens again, tell your administrator.");
  }
}

start();
