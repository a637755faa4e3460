// What the JavaScript scripts share: counted checks, the stand-in's control side, what the environment tells.

/** The longest that one check may take, in milliseconds. */
const CHECK_LIMIT_MS = 30_000;

/** An environment variable that must be there. */
export function required(name) {
  const value = process.env[name];
  if (!value) {
    console.error(`${name} is not set`);
    process.exit(2);
  }
  return value;
}

/** Counts checks: each prints its line, and the script fails when one failed or too few ran. */
export class Tally {
  #client;
  #passed = 0;
  #failed = 0;

  constructor(client) {
    this.#client = client;
  }

  /** Runs one check. */
  async check(name, body) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no end after ${CHECK_LIMIT_MS} ms`)), CHECK_LIMIT_MS);
    });
    try {
      await Promise.race([body(), late]);
      this.#passed += 1;
      console.log(`ok   ${name}`);
    } catch (error) {
      this.#failed += 1;
      console.log(`FAIL ${name}: ${error?.errorCode ?? error?.code ?? ""} ${error?.message ?? error}`);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Prints the sum and says by the exit code whether all is well. */
  finish(least) {
    const ran = this.#passed + this.#failed;
    console.log(`${this.#client}: ${ran} checks, ${this.#failed} failed`);
    if (ran < least) console.log(`${this.#client}: only ${ran} of at least ${least} checks ran`);
    process.exit(this.#failed === 0 && ran >= least ? 0 : 1);
  }
}

/** Asks the stand-in's control side. */
export async function control(method, path, body) {
  const answer = await fetch(required("CONTROL_URL") + path, {
    method,
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(`control ${method} ${path}: ${JSON.stringify(said)}`);
  return said;
}

/** Loads the demo company afresh, with an overlay; every token of before is worth nothing then. */
export async function freshWorld(overlay = {}) {
  await control("POST", "/world", { name: "demo", overlay });
}
