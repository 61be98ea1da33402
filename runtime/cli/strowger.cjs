#!/usr/bin/env node
/*
 * The command `strowger`, in syntax that old versions of node read: where the node that runs it is too old, it starts
 * itself again with the one that npm has brought along.
 */
"use strict";
var path = require("node:path");

var NEEDED = 24;
var main = path.join(__dirname, "main.ts");
// What Node has made of our files is kept, so that a command starts in half the time. Where nothing may be written: as ever.
process.env.NODE_COMPILE_CACHE =
  process.env.NODE_COMPILE_CACHE || path.join(__dirname, "../../node_modules/.cache/strowger");

if (Number(process.versions.node.split(".")[0]) >= NEEDED) {
  require("node:module").enableCompileCache(process.env.NODE_COMPILE_CACHE);
  import(require("node:url").pathToFileURL(main).href);
} else {
  runWithOwnNode();
}

function runWithOwnNode() {
  var node = findNode();
  if (node === undefined) {
    console.error(`strowger: needs node ${NEEDED}, this is ${process.versions.node}, and ${packageName()}`);
    console.error("is not installed. Run npm install, or install a newer node.");
    process.exit(1);
  }
  var child = require("node:child_process").spawn(node, [main].concat(process.argv.slice(2)), { stdio: "inherit" });
  ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR2"].forEach((signal) => {
    process.on(signal, () => {
      child.kill(signal);
    });
  });
  child.on("error", (error) => {
    console.error(`strowger: cannot start ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function packageName() {
  return `node-${process.platform}-${process.arch}`;
}

function findNode() {
  try {
    return path.join(path.dirname(require.resolve(`${packageName()}/package.json`)), "bin", "node");
  } catch (_notInstalled) {
    return undefined;
  }
}
