import { EntrepotError } from './error.ts';
import type {
  AuditFieldsFragment,
  AuditQueryVariables,
  FileQuery,
  FileQueryVariables,
  NamespaceChildrenQueryVariables,
  NamespaceFieldsFragment,
  Operations,
  PackageDependentsQuery,
  PackageDependentsQueryVariables,
  PackageFieldsFragment,
  PackagesQueryVariables,
  PackageVersionsQuery,
  PackageVersionsQueryVariables,
} from './operations.generated.ts';
import type { RequestOptions } from './transport.ts';

/** The variables of a list without those that name a page; `pageSize` is how many rows come at once: 1 to 100, by default 100. */
export type ListVariables<Variables> = Omit<Variables, 'first' | 'after' | 'countAll'> & { pageSize?: number | undefined };

/** Rows one by one; the next page is asked for when the one before is used up. */
export type Rows<Row> = AsyncGenerator<Row, void, undefined>;

/** A version as `allVersions` gives it. */
export type VersionRow = NonNullable<PackageVersionsQuery['package']>['versions']['nodes'][number];
/** What `allDependents` gives. */
export type DependentRow = NonNullable<PackageDependentsQuery['package']>['dependents']['nodes'][number];
/** A file as `allFiles` gives it. */
export type FileRow = FileQuery['file']['nodes'][number];

/** Whole lists, for `for await`. They throw EntrepotError; `NOT_FOUND` where what they are a list of is not there. */
export interface Lists {
  /** All packages that the caller may read; with `namespace` those of that path and everything below it. */
  allPackages(variables?: ListVariables<PackagesQueryVariables> & { namespace?: string | undefined }, options?: RequestOptions): Rows<PackageFieldsFragment>;
  /** Groups and projects straight below a namespace. */
  allChildren(variables: ListVariables<NamespaceChildrenQueryVariables>, options?: RequestOptions): Rows<NamespaceFieldsFragment>;
  /** The versions of a package with their files. */
  allVersions(variables: ListVariables<PackageVersionsQueryVariables>, options?: RequestOptions): Rows<VersionRow>;
  /** What depends on a package. */
  allDependents(variables: ListVariables<PackageDependentsQueryVariables>, options?: RequestOptions): Rows<DependentRow>;
  /** Who did what in a namespace and below, the newest first; for its owners, where `auditEvents` is on. */
  allAudit(variables: ListVariables<AuditQueryVariables>, options?: RequestOptions): Rows<AuditFieldsFragment>;
  /** All files with these bytes. */
  allFiles(variables: ListVariables<FileQueryVariables>, options?: RequestOptions): Rows<FileRow>;
}

/** The lists over the operations that read a page of them. */
export function createLists(operations: Operations): Lists {
  return {
    allPackages: ({ namespace: path, ...variables } = {}, options) =>
      rows(variables, async (page) =>
        path === undefined ? operations.packages(page, options) : (await operations.namespacePackages({ ...page, path }, options))?.packages,
      ),
    allChildren: (variables, options) => rows(variables, async (page) => (await operations.namespaceChildren(page, options))?.children),
    allVersions: (variables, options) => rows(variables, async (page) => (await operations.packageVersions(page, options))?.versions),
    allDependents: (variables, options) => rows(variables, async (page) => (await operations.packageDependents(page, options))?.dependents),
    allAudit: (variables, options) => rows(variables, async (page) => (await operations.audit(page, options))?.audit ?? undefined),
    allFiles: (variables, options) => rows(variables, (page) => operations.file(page, options)),
  };
}

interface Page<Row> {
  nodes: Row[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

async function* rows<Row, Variables extends { pageSize?: number | undefined }>(
  { pageSize: first = 100, ...variables }: Variables,
  read: (page: Omit<Variables, 'pageSize'> & { first: number; after: string | null }) => Promise<Page<Row> | undefined>,
): Rows<Row> {
  let after: string | null = null;
  do {
    const page: Page<Row> | undefined = await read({ ...variables, first, after });
    if (!page) throw new EntrepotError('NOT_FOUND', 'There is nothing of that name that the caller may read.');
    yield* page.nodes;
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
}
