// Settings of dependency-cruiser; the rules themselves are in scripts/layers.ts.
import { layerRules } from "./scripts/layers.ts";

// oxlint-disable-next-line import/no-default-export -- dependency-cruiser asks for one
export default {
  forbidden: layerRules.map((rule) => ({ severity: "error", ...rule })),
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(?:^|/)dist/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".mjs", ".cjs", ".js", ".json"],
    },
  },
};
