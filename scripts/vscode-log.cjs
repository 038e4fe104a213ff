// Stands in for VS Code's compiled log writer (@vscode/spdlog), so that its server runs with no compiler: log channels are read back from these files.
"use strict";
const fs = require("node:fs");
const path = require("node:path");

const levels = ["trace", "debug", "info", "warning", "error", "critical"];

class Logger {
  constructor(file, maxBytes) {
    this.file = file;
    this.maxBytes = maxBytes;
    this.level = 2;
    this.raw = false;
  }
  trace(message) {
    this.write(0, message);
  }
  debug(message) {
    this.write(1, message);
  }
  info(message) {
    this.write(2, message);
  }
  warn(message) {
    this.write(3, message);
  }
  error(message) {
    this.write(4, message);
  }
  critical(message) {
    this.write(5, message);
  }
  getLevel() {
    return this.level;
  }
  setLevel(level) {
    this.level = level;
  }
  clearFormatters() {
    this.raw = true;
  }
  setPattern() {}
  flush() {}
  drop() {}

  write(level, message) {
    if (level < this.level) return;
    const time = new Date().toISOString().replace("T", " ").replace("Z", "");
    const text = this.raw ? message : `${time} [${levels[level]}] ${message}\n`;
    if (fs.statSync(this.file, { throwIfNoEntry: false })?.size > this.maxBytes) {
      fs.renameSync(this.file, `${this.file}.1`);
    }
    fs.appendFileSync(this.file, text);
  }
}

async function createLogger(_name, file, maxBytes) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  return new Logger(file, maxBytes);
}

exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = createLogger;
exports.createAsyncRotatingLogger = createLogger;
