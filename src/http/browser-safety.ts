/**
 * What is said to browsers with every answer, since packages hold whatever strangers put into them and come from the address that people sign in at: nothing
 * is taken for another type than it says, and a page runs no script, sends no form, stands in no frame, and has no part in the origin
 * (https://www.w3.org/TR/CSP3/#directive-sandbox). What shows a page of its own says what that needs in place of this (schema/server.ts).
 */
export const browserSafety: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-downloads",
};
