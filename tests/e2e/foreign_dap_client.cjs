// A debugging session by somebody else's client: @vscode/debugadapter-testsupport, which adapters for VS Code
// are tested with. Says each part that is done. Environment (see test_foreign_dap.py): GOOP_PYTHON and
// GOOP_ADAPTER are the interpreter and a script that serves a site, GOOP_SCRIPT is the path of its sums.lua.
const assert = require("node:assert");
const { DebugClient } = require("@vscode/debugadapter-testsupport");

const python = process.env.GOOP_PYTHON;
const adapter = process.env.GOOP_ADAPTER;
const script = process.env.GOOP_SCRIPT;
const client = new DebugClient(python, adapter, "goop");
client.defaultTimeout = 120000; // a machine may be busy with other things

async function top() {
  const { stackFrames } = (await client.stackTraceRequest({ threadId: 1 })).body;
  return stackFrames[0];
}

async function locals(frame) {
  const [scope] = (await client.scopesRequest({ frameId: frame.id })).body.scopes;
  const reference = scope.variablesReference;
  const { variables } = (await client.variablesRequest({ variablesReference: reference })).body;
  return { found: Object.fromEntries(variables.map((one) => [one.name, one.value])), reference };
}

// A request after which the call stands again.
async function then(request, line) {
  const [stopped] = await Promise.all([client.waitForEvent("stopped"), request()]);
  const frame = await top();
  assert.strictEqual(frame.line, line);
  return { frame, reason: stopped.body.reason };
}

async function session() {
  await client.start();
  const { body: can } = await client.initializeRequest();
  console.log("initialise");
  assert(can.supportsConfigurationDoneRequest && can.supportsStepBack && can.supportsSetVariable);
  await client.hitBreakpoint({ function: "sums" }, { path: script, line: 8, column: undefined });
  console.log("breakpoint");

  const { threads } = (await client.threadsRequest()).body;
  assert.strictEqual(threads.length, 1);
  let { frame } = await then(() => client.nextRequest({ threadId: 1 }), 7);
  console.log("step");

  ({ frame } = await then(() => client.stepBackRequest({ threadId: 1 }), 8));
  assert.strictEqual((await locals(frame)).found.t, "{x = 1}");
  ({ frame } = await then(() => client.continueRequest({ threadId: 1 }), 7));
  assert.strictEqual((await locals(frame)).found.t, "{x = 2}");
  console.log("stepBack");

  const value = await client.evaluateRequest({ expression: "t.x + 40", frameId: frame.id, context: "repl" });
  assert.strictEqual(value.body.result, "42");
  await assert.rejects(client.evaluateRequest({ expression: "t.", frameId: frame.id, context: "repl" }));
  console.log("evaluate");

  ({ frame } = await then(() => client.continueRequest({ threadId: 1 }), 8));
  ({ frame } = await then(() => client.stepInRequest({ threadId: 1 }), 2));
  const { reference } = await locals(frame);
  const set = await client.setVariableRequest({ variablesReference: reference, name: "a", value: "100" });
  assert.strictEqual(set.body.value, "100");
  ({ frame } = await then(() => client.stepOutRequest({ threadId: 1 }), 8));
  console.log("setVariable");

  await client.setBreakpointsRequest({ source: { path: script }, breakpoints: [] });
  const ended = client.waitForEvent("terminated");
  const result = client.assertOutput("console", "result: 105");
  await client.continueRequest({ threadId: 1 });
  await Promise.all([ended, result]);
  await client.disconnectRequest();
  console.log("disconnect");
}

session().then(
  () => client.stop(),
  (error) => {
    console.error(error);
    process.exitCode = 1;
    return client.stop();
  },
);
