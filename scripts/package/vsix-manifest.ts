// The two XML files by which VS Code and its marketplace know a package.
import path from "node:path";

export type ExtensionManifest = {
  name: string;
  displayName: string;
  description: string;
  version: string;
  publisher: string;
  engines: { vscode: string };
  categories: readonly string[];
  keywords?: readonly string[];
  icon: string;
};

const contentTypes: Readonly<Record<string, string>> = {
  vsixmanifest: "text/xml",
  cjs: "application/javascript",
  js: "application/javascript",
  mjs: "application/javascript",
  json: "application/json",
  md: "text/markdown",
  node: "application/octet-stream",
  png: "image/png",
  svg: "image/svg+xml",
  ts: "text/plain",
  txt: "text/plain",
};

/** `extension.vsixmanifest`; the paths are those inside the package. */
export function describeVsix(manifest: ExtensionManifest, target: string): string {
  const { name, displayName, description, version, publisher, engines, icon } = manifest;
  const identity = attributes({
    Language: "en-US",
    Id: name,
    Version: version,
    Publisher: publisher,
    TargetPlatform: target,
  });
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011" xmlns:d="http://schemas.microsoft.com/developer/vsx-schema-design/2011">
  <Metadata>
    <Identity ${identity}/>
    <DisplayName>${escape(displayName)}</DisplayName>
    <Description xml:space="preserve">${escape(description)}</Description>
    <Tags>${escape((manifest.keywords ?? []).join(","))}</Tags>
    <Categories>${escape(manifest.categories.join(","))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>
      <Property ${attributes({ Id: "Microsoft.VisualStudio.Code.Engine", Value: engines.vscode })}/>
      <Property ${attributes({ Id: "Microsoft.VisualStudio.Code.ExtensionKind", Value: "workspace" })}/>
    </Properties>
    <License>extension/LICENSE.txt</License>
    <Icon>extension/${escape(icon)}</Icon>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code"/>
  </Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE.txt" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Icons.Default" Path="extension/${escape(icon)}" Addressable="true"/>
  </Assets>
</PackageManifest>
`;
}

/** `[Content_Types].xml` for files of these names. Throws for a kind of file that it does not know. */
export function describeContentTypes(names: readonly string[]): string {
  const kinds = [...new Set(names.map((name) => path.posix.extname(name).slice(1)))].sort();
  const lines = kinds.filter(Boolean).map((kind) => {
    const type = contentTypes[kind];
    if (type === undefined) throw new Error(`The package holds a .${kind} file: say what it is.`);
    return `  <Default ${attributes({ Extension: `.${kind}`, ContentType: type })}/>\n`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
${lines.join("")}</Types>
`;
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escape(value)}"`)
    .join(" ");
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
