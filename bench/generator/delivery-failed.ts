/** The server did not deliver a message as it should. The error says which. */
export class DeliveryFailed extends Error {}
