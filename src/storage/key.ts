const keyPattern = /^[a-z0-9_-]+(?:\/[a-z0-9_-]+)*$/;

/** Longest key taken; GCS allows 1,024 bytes and a bucket prefix needs room too. */
export const maxKeyLength = 512;

/** Whether a text can be the key of an object. */
export function isKey(text: string): boolean {
  return text.length <= maxKeyLength && keyPattern.test(text);
}

/**
 * Refuses a key outside `[a-z0-9/_-]`, so that no key can leave the folder or bucket prefix it belongs to. Without dots
 * there is no `..`, and names with a dot stay free for what the store itself needs. Throws TypeError: keys are made by
 * us, so a bad one is a bug and not the caller's input.
 */
export function assertKey(key: string): void {
  if (!isKey(key)) {
    throw new TypeError(`${JSON.stringify(key.slice(0, 100))} is no object key`);
  }
}
