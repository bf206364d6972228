// The debugger type "goop": its adapter is `goop-console dap SITE`, nothing more.
const vscode = require("vscode");

class AdapterFactory {
  createDebugAdapterDescriptor(session) {
    const { program, site } = session.configuration;
    const folder = session.workspaceFolder && session.workspaceFolder.uri.fsPath;
    return new vscode.DebugAdapterExecutable(program || "goop-console", ["dap", site || folder || "."]);
  }
}

exports.activate = (context) => {
  context.subscriptions.push(vscode.debug.registerDebugAdapterDescriptorFactory("goop", new AdapterFactory()));
};
exports.deactivate = () => {};
