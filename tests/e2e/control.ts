// The stand-in's control API, as tests use it.

export interface Fault {
  site: "salesforce" | "graph";
  method?: string;
  path?: string;
  mailbox?: string;
  count?: number;
  every?: number;
  rate?: number;
  seed?: number;
  side?: "before" | "after";
  kind:
    | { status: number; body?: unknown; headers?: Record<string, string> }
    | { delay_ms: number }
    | { drop: "before" | "after" }
    | "session_expired"
    | "limit_exceeded"
    | { throttled_seconds: number };
}

/** A Salesforce record as the control API shows it. */
export type Row = Record<string, unknown> & { Id: string };

export class Control {
  constructor(private readonly url: string) {}

  /** Loads a world by name; `overlay` is merged into it. */
  async load(name: "demo" | "demo-basic", overlay?: object): Promise<void> {
    await this.call("POST", "/world", overlay ? { name, overlay } : { name });
  }

  async dump(): Promise<any> {
    return this.call("GET", "/world");
  }

  async fault(fault: Fault): Promise<void> {
    await this.call("POST", "/faults", fault);
  }

  /** The faults that still strike. */
  async faults(): Promise<unknown[]> {
    return (await this.call("GET", "/faults")).faults;
  }

  async clearFaults(): Promise<void> {
    await this.call("DELETE", "/faults");
  }

  /** Ends every access token; refresh tokens stay. */
  async expireSessions(): Promise<void> {
    await this.call("POST", "/sessions/expire");
  }

  /** What was said to Graph or by it that Microsoft's types do not know. */
  async violations(): Promise<string[]> {
    return (await this.call("GET", "/violations")).violations;
  }

  async forgetViolations(): Promise<void> {
    await this.call("DELETE", "/violations");
  }

  async counters(): Promise<any> {
    return this.call("GET", "/counters");
  }

  /** Writes a record as some user. */
  async write(type: string, id: string | undefined, fields: object, by?: string): Promise<any> {
    return this.call("POST", "/salesforce/records", { type, ...(id && { id }), ...(by && { by }), fields });
  }

  async remove(id: string): Promise<void> {
    await this.call("DELETE", `/salesforce/records/${id}`);
  }

  private async call(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { "Content-Type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }
}
