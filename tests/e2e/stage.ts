// One worker's stage: stand-in and pane server on free ports (by `xtask dev`), and a service that tests may stop.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

const START_LIMIT_MS = 60_000;

export interface Urls {
  pane: string;
  host: string;
  salesforce: string;
  graph: string;
  control: string;
  service: string;
  welcome: string;
  service_binary: string;
  service_config: string;
}

/** A child process that says in one JSON line where it listens. */
async function startSaying<T>(
  command: string,
  args: string[],
  log: string,
  settings: Record<string, string> = {},
): Promise<[ChildProcess, T]> {
  const env = { ...process.env, ...settings };
  const child = spawn(command, args, { env, stdio: ["pipe", "pipe", openSync(log, "a")] });
  const line = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).once("line", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${command} ended with ${code}; see ${log}`)));
    setTimeout(() => reject(new Error(`${command} said nothing; see ${log}`)), START_LIMIT_MS).unref();
  });
  return [child, JSON.parse(await line) as T];
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run these tests with cargo xtask e2e`);
  return value;
}

export class Stage {
  private constructor(
    private readonly dev: ChildProcess,
    readonly urls: Urls,
    private readonly log: string,
    private service?: ChildProcess,
  ) {}

  static async start(worker: number): Promise<Stage> {
    const dir = join(needed("E2E_DIR"), `worker-${worker}`);
    rmSync(dir, { recursive: true, force: true });
    const log = `${dir}.log`;
    rmSync(log, { force: true });
    const args = ["dev", "--ports", "0", "--no-service", "--json", "--built", needed("E2E_PANE"), "--dir", dir];
    args.push("--graph-schema", needed("E2E_GRAPH_SCHEMA"));
    const [dev, urls] = await startSaying<Urls>(needed("E2E_XTASK"), args, log);
    return new Stage(dev, urls, log);
  }

  /** Starts the service, `settings` being variables that override its configuration; it still knows what it knew. */
  async startService(settings: Record<string, string> = {}): Promise<void> {
    const args = ["--config", this.urls.service_config];
    [this.service] = await startSaying(this.urls.service_binary, args, this.log, settings);
  }

  async stopService(): Promise<void> {
    if (this.service) await stop(this.service);
    this.service = undefined;
  }

  /** A service that has never heard of anything. */
  async freshService(settings: Record<string, string> = {}): Promise<void> {
    await this.stopService();
    for (const suffix of ["", "-wal", "-shm"]) {
      rmSync(join(dirname(this.urls.service_config), `calbridge.db${suffix}`), { force: true });
    }
    await this.startService(settings);
  }

  async end(): Promise<void> {
    await this.stopService();
    // It ends with its standard input.
    const ended = once(this.dev, "exit");
    this.dev.stdin!.end();
    await ended;
  }
}
