import type { Application, Scope } from "../01-echo/application.ts"
import { RequestError } from "../01-echo/request-error.ts"

/** Calls one of the applications, by the scope's type. Mirrors
 * `ProtocolTypeRouter`.
 * @throws RequestError 404 when called with a type that has none */
export function ProtocolTypeRouter(
  applications: Partial<Record<Scope["type"], Application>>,
): Application {
  return async (scope, receive, send): Promise<void> => {
    // #region protocol-type
    const application = applications[scope.type]
    if (application) return application(scope, receive, send)
    const sentence = `No application configured for scope type "${scope.type}"`
    throw new RequestError(404, sentence)
    // #endregion protocol-type
  }
}
