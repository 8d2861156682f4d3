/** How often to look for events that other processes wrote or numbered, in milliseconds. On SQLite there is but one server. */
export const pollMs = { mysql: 40, sqlite: 500 } as const;
