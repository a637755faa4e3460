// The few parts of Microsoft's ASP.NET AJAX library that office.js leans on, for development only: in production
// office.js loads the real library itself. Served before office.js by the development server.
(() => {
  const error = (name) => (message) => Object.assign(new Error(`${name}: ${message ?? ""}`), { name });
  window.Type = Function;
  Type.registerNamespace = (path) => path.split(".").reduce((at, part) => (at[part] ??= {}), window);
  Type.prototype.registerClass = function () { return this; };
  Function._validateParams = () => null;
  Function._validateParameter = () => null;
  Error.argument = error("Sys.ArgumentException");
  Error.argumentNull = error("Sys.ArgumentNullException");
  Error.argumentOutOfRange = error("Sys.ArgumentOutOfRangeException");
  Error.argumentType = error("Sys.ArgumentTypeException");
  Error.parameterCount = error("Sys.ParameterCountException");
  Error.invalidOperation = error("Sys.InvalidOperationException");
  Error.create = (message, details) => Object.assign(new Error(message), details);
  window.Sys = {
    Browser: {},
    Debug: { trace() {} },
    StringBuilder: class extends Array {
      append(text) { this.push(text); return this; }
      toString() { return this.join(""); }
    },
    Serialization: { JavaScriptSerializer: { serialize: JSON.stringify, deserialize: JSON.parse } },
  };
})();
