/** The realm of the challenge. Ivy and sbt send a credential only to the realm that they were told of, so it never changes. */
export const realm = 'Entrepot';
