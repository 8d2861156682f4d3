/** A version names at most so many dependencies, whatever its format. `publish` sees to it; formats do where it spares them work. */
export const maxDependencies = 5000;

/** What is stored of all of them together has at most so many characters. */
export const maxDependencyText = 4_000_000;
