// Starts the minimal page once Office is ready, as the pane does.
import init from "./minimal.js";

const compiled = WebAssembly.compileStreaming(fetch("./minimal_bg.wasm"));
const script = document.getElementById("office");
if (!window.Office) await new Promise((resolve) => script.addEventListener("load", resolve));
await Office.onReady();
await init({ module_or_path: await compiled });
