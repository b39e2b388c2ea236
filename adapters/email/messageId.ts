/** The Message-ID of an event's e-mail, the same each time. An event's id has a colon, which RFC 5322 does not allow there. */
export const messageIdOf = (eventId: string, from: string): string =>
  `<${eventId.replace(':', '.')}@${from.slice(from.lastIndexOf('@') + 1)}>`;
