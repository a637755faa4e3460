// The pane: a frame 320 pixels wide and the other end of office.js's web-host protocol (JSON texts by postMessage).

import { Calls, initialData } from "./calls.js";

const REQUEST = 0;
const RESPONSE = 1;
const INVOKE = 0;
const REGISTER = 1;
const OUTLOOK_ON_THE_WEB = 64;
/** Where the focus goes when the pane gives it away, by what it tells; everything else it tells needs nothing. */
const LEAVES = {
  5: "after", 6: "before", 13: "after", 14: "before", 15: "form", 16: "form", 17: "after", 18: "before",
};
const TAB_IN = 11;
const TAB_IN_BACKWARDS = 12;

export class Pane {
  handlers = new Map();
  calls = 0;

  constructor(place, desk, form, switches, asked) {
    Object.assign(this, { place, desk, form, switches, asked });
    this.conversation = crypto.randomUUID();
    this.host = new Calls(desk, form, switches);
    this.frame = document.createElement("iframe");
    this.frame.title = "Calbridge";
    // The name carries what office.js must know before it can ask; it also travels on into dialogs.
    const told = ["Outlook", "Web", "16.01", "en-US", crypto.randomUUID(), "", "disableLogging", "0"];
    this.frame.name = JSON.stringify({
      baseFrameName: `pane-${this.conversation}`,
      hostInfo: told.join("|"),
      xdmInfo: [this.conversation, desk.addin, location.origin].join("|"),
    });
    this.frame.allow = "clipboard-write";
    this.frame.src = `${desk.pane}${switches.page}`;
    this.receive = (event) => this.hear(event);
    this.tell = (dispatch, data) => this.raise(dispatch, [JSON.stringify(data)]);
    addEventListener("message", this.receive);
    form.listeners.add(this.tell);
    place.replaceChildren(this.title(), this.frame);
    place.hidden = false;
  }

  title() {
    const bar = document.createElement("div");
    bar.className = "title";
    const name = document.createElement("h2");
    name.textContent = "Calbridge";
    this.closer = document.createElement("button");
    this.closer.type = "button";
    this.closer.setAttribute("aria-label", "Close Calbridge");
    this.closer.textContent = "✕";
    this.closer.addEventListener("click", () => this.form.togglePane());
    bar.append(name, this.closer);
    return bar;
  }

  close() {
    removeEventListener("message", this.receive);
    this.form.listeners.delete(this.tell);
    this.place.replaceChildren();
    this.place.hidden = true;
  }

  /** Hands the focus to the pane's first or last control. */
  focus(backwards) {
    this.frame.focus();
    this.post({
      _messageType: REQUEST,
      _actionType: INVOKE,
      _actionName: "Office_notifyAgave",
      _conversationId: `${this.conversation}_ntf`,
      _correlationId: this.calls++,
      _data: [backwards ? TAB_IN_BACKWARDS : TAB_IN],
    });
  }

  hear({ source, origin, data }) {
    if (source !== this.frame.contentWindow || origin !== this.desk.pane || typeof data !== "string") return;
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      return;
    }
    if (message._messageType !== REQUEST || message._conversationId !== this.conversation) return;
    if (message._actionType === INVOKE) this.invoked(message);
    else this.registered(message);
  }

  async invoked(message) {
    const name = message._actionName;
    if (name === "ContextActivationManager_getAppContextAsync") {
      if (!this.hangs("context")) this.reply(message, this.context());
    } else if (name === "GetInitialData") {
      if (this.hangs("1")) return;
      await this.late();
      this.reply(message, initialData(this.desk, this.form, this.switches));
    } else if (name === "ContextActivationManager_notifyHost") {
      this.notified(message._data[1]);
      this.reply(message, null);
    } else if (name === "ContextActivationManager_openWindowInHost") {
      window.open(message._data.strUrl, "_blank", "noopener");
      this.reply(message, null);
    } else if (name === "ExecuteMethod") {
      const { ApiParams: params, MethodData: method } = message._data;
      if (this.hangs(String(method.DispatchId))) return;
      await this.late();
      this.reply(message, await this.executed(method.DispatchId, params));
    } else if (name === "executeMethod") {
      this.reply(message, { Version: 1, Error: 5000 });
    }
  }

  async executed(dispatch, params) {
    const item = this.form.id;
    try {
      const wanted = this.switches.fail.get(dispatch);
      if (wanted) return { error: true, errorCode: wanted };
      const value = await this.host.answer(dispatch, params);
      if (item && this.form.id !== item) return { error: true, errorCode: 9030 };
      return value?.whole ?? { error: false, data: value ?? null };
    } catch (problem) {
      return { error: true, errorCode: problem.code ?? 5001 };
    }
  }

  registered(message) {
    const name = message._actionName;
    if (message._actionType === REGISTER) this.handlers.set(message._data.eventDispId, message);
    else this.handlers.delete(message._data.eventDispId);
    this.reply(message, { Error: 0, name });
  }

  /** Raises an event the pane registered for. */
  raise(dispatch, data) {
    const message = this.handlers.get(dispatch);
    if (message) this.reply(message, data, 1);
  }

  notified(action) {
    const goal = LEAVES[action];
    if (goal === "form") this.form.focus();
    else if (goal === "before") this.closer.focus();
    else if (goal === "after") document.querySelector("header button").focus();
  }

  context() {
    const [, minor] = this.switches.sets.split(".");
    return {
      _id: this.desk.addin,
      _appName: OUTLOOK_ON_THE_WEB,
      _appVersion: "16.01",
      _appUILocale: "en-US",
      _dataLocale: "en-US",
      _docUrl: location.origin,
      _clientMode: 1,
      _settings: this.desk.roaming,
      _reason: "documentOpened",
      _osfControlType: 1,
      _eToken: "",
      _correlationId: this.conversation,
      _appInstanceId: this.conversation,
      _appMinorVersion: 1,
      _requirementMatrix: JSON.stringify({ Mailbox: `1.${minor}`, DialogApi: "1.2", DialogOrigin: "1.1" }),
      _hostFullVersion: "16.0.20261115.4",
      _clientWindowHeight: innerHeight,
      _clientWindowWidth: innerWidth,
      _addinName: "Calbridge",
      _appDomains: [this.desk.pane],
      _featureGates: {},
    };
  }

  hangs(call) {
    return this.switches.hang.includes(call);
  }

  async late() {
    if (this.switches.slow) await new Promise((done) => setTimeout(done, this.switches.slow));
  }

  reply(message, data, type = 0) {
    this.post({
      _messageType: RESPONSE,
      _actionName: message._actionName,
      _conversationId: this.conversation,
      _correlationId: message._correlationId,
      _errorCode: 0,
      _responseType: type,
      _serializerVersion: 1,
      _data: data,
    });
  }

  post(message) {
    const text = JSON.stringify({ _origin: location.origin, _serializerVersion: 1, ...message });
    this.frame.contentWindow?.postMessage(text, this.desk.pane);
  }
}
