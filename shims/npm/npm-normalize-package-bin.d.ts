/** The part of the package that we use: it ships no types of its own. */
declare module 'npm-normalize-package-bin' {
  /** Makes `bin` an object of safe names and relative paths, or removes it. Changes and returns its argument. */
  export default function normalizePackageBin(manifest: { name: string; bin?: unknown }): { bin?: Record<string, string> };
}
