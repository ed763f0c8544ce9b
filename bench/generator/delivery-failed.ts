/** The server has not delivered what it should; the message says what. */
export class DeliveryFailed extends Error {}
