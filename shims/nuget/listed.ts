/** Whether a stored file is the package itself, not its symbols. */
export function isPackageFile(fileName: string): boolean {
  return fileName.endsWith('.nupkg');
}
