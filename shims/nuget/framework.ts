const families: readonly [pattern: RegExp, short: (version: string) => string][] = [
  [/^\.?netframework,?(?:version=v?)?([\d.]+)$/, (version) => `net${version.replaceAll('.', '')}`],
  [/^\.?netstandard,?(?:version=v?)?([\d.]+)$/, (version) => `netstandard${version}`],
  [/^\.?netcoreapp,?(?:version=v?)?([\d.]+)$/, (version) => (Number.parseInt(version) >= 5 ? `net${version}` : `netcoreapp${version}`)],
];

/**
 * The short name of a target framework, as folders of a package are called by it
 * (https://learn.microsoft.com/nuget/reference/target-frameworks): `.NETFramework4.5` is `net45`. What is of no such family keeps its own
 * spelling, in lower case; it may come from anywhere, so white space and what separates fields in documents go.
 */
export function shortFramework(framework: string): string {
  const name = framework.toLowerCase().replace(/[\s:|]/g, '');
  for (const [pattern, short] of families) {
    const version = pattern.exec(name)?.[1];
    if (version !== undefined) return short(version);
  }
  return name;
}
