// The package `re-ops`: its vocabulary, and an engine for the script that imports it outside VS Code.
import { registerDefaultEngine } from "./default-engine.ts";

export * from "./public.ts";

registerDefaultEngine();
