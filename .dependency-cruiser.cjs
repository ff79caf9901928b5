// The floors of the house: a folder imports only from floors below it (ARCHITECTURE.md, "Floors").
const floors = [
  ["http", "protocol", "routing"],
  ["server", "websocket"],
  ["workers", "dev", "logging"],
  ["app", "static", "error-pages"],
  ["ext"],
  ["cli", "testing", "client"],
];

const upward = floors.slice(0, -1).map((folders, floor) => ({
  name: `floor-${floor}-imports-downwards`,
  comment: `src/{${folders.join(",")}} may not import from a floor above it`,
  severity: "error",
  from: { path: `^src/(${folders.join("|")})/` },
  to: {
    path: `^src/(${floors
      .slice(floor + 1)
      .flat()
      .join("|")})/`,
  },
}));

module.exports = {
  forbidden: [
    ...upward,
    {
      name: "protocol-is-pure",
      comment: "wire formats are state machines: no sockets, no clock",
      severity: "error",
      from: { path: "^src/(protocol|routing)/" },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?(buffer|crypto|zlib)$" },
    },
    {
      name: "http-knows-no-sockets",
      comment: "values know no sockets and no servers",
      severity: "error",
      from: { path: "^src/http/" },
      to: { dependencyTypes: ["core"], path: "^(node:)?(net|tls|http|https|http2|dgram|cluster)$" },
    },
    {
      name: "add-ons-stand-alone",
      severity: "error",
      from: { path: "^src/ext/([^/]+)/" },
      to: { path: "^src/ext/([^/]+)/", pathNot: "^src/ext/$1/" },
    },
    {
      name: "nobody-imports-the-front-door",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^src/index\\.ts$" },
    },
    {
      name: "no-circles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-undeclared-packages",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "npm-dev"], dependencyTypesNot: ["npm-peer"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: [".ts", ".mjs", ".js"],
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "default"],
    },
  },
};
