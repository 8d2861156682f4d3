import type { DocumentRow } from '../../src/packages/document-rows.ts';

/** Whether a stored file is the package itself, not its symbols. */
export function isPackageFile(fileName: string): boolean {
  return fileName.endsWith('.nupkg');
}

/** Hidden and withdrawn versions are what NuGet calls unlisted: they can be restored, and nobody is led to them. */
export function isListed(status: DocumentRow['status']): boolean {
  return status !== 'HIDDEN' && status !== 'YANKED';
}
